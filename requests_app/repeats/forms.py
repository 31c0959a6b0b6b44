"""What people write about a group."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.models import Community, User, today
from requests_app.models import Category
from requests_app.numbers import tidy
from requests_app.repeats import access
from requests_app.repeats.models import Group
from requests_app.repeats.terms import ANSWER_MAX, WORDS_MAX, LinkKind
from wangguan.fields import WordsField


class FilterForm(forms.Form):
    """Narrowing the list; what makes no sense narrows nothing."""

    kind = forms.ChoiceField(
        label=_("Why together"), required=False, choices=[("", _("Any")), *LinkKind.choices]
    )
    community = forms.ModelChoiceField(
        label=_("Community"),
        required=False,
        queryset=Community.objects.defer("boundary"),
        empty_label=_("Any"),
    )
    category = forms.ModelChoiceField(
        label=_("Category"),
        required=False,
        queryset=Category.objects.filter(parent=None),
        empty_label=_("Any"),
    )


class ReasonForm(forms.Form):
    """Why a ticket is taken out, or a group set aside."""

    reason = WordsField(label=_("Reason"), max_length=WORDS_MAX, rows=2)


class PutInForm(ReasonForm):
    number = forms.CharField(label=_("Number of the request"), max_length=40)
    field_order = ("number", "reason")

    def clean_number(self) -> str:
        typed = str(self.cleaned_data["number"])
        return tidy(typed) or typed.strip()


class ProjectForm(forms.Form):
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none())
    plan = WordsField(label=_("What shall be done"), max_length=WORDS_MAX)
    due_on = forms.DateField(label=_("Due"), widget=forms.DateInput({"type": "date"}))
    action_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, group: Group, **options: Any) -> None:
        options["initial"] = {"action_id": uuid4()}
        super().__init__(*args, **options)
        own = [person.pk for person in access.owners(group)]
        self.fields["owner"].queryset = User.objects.filter(pk__in=own)  # type: ignore[attr-defined]
        self.fields["due_on"].widget.attrs["min"] = today().isoformat()


class CloseForm(forms.Form):
    outcome = WordsField(label=_("What came of it"), max_length=WORDS_MAX)


class AnswerForm(forms.Form):
    """The one answer; `batch` names it, so that a second press gives it no second time."""

    answer = WordsField(
        label=_("One answer to all"),
        max_length=ANSWER_MAX,
        rows=6,
        help_text=_("Each resident gets it as the answer to their own matter. Name nobody."),
    )
    batch = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        options["initial"] = {"batch": uuid4()}
        super().__init__(*args, **options)
