"""What is typed at, and about, a table: by the office, by households, by the property company."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.models import today
from partybuilding.organisations.models import Organisation
from partybuilding.steward.models import CrossAppointment, Steward
from partybuilding.steward.services.founding import Firm
from partybuilding.steward.services.log import AHEAD, BACK
from partybuilding.steward.terms import (
    COMMENT_MAX,
    MARKS,
    NAME_MAX,
    TITLE_MAX,
    WORDS_MAX,
    Question,
    Reserved,
    Sort,
)
from wangguan.fields import PhoneField, WithPhotos, WordsField


class Once(forms.Form):
    """A form that knows itself again when it is sent twice."""

    form_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["form_id"].initial = uuid4


def _scale(label: Any, *, required: bool = True) -> forms.TypedChoiceField:
    """1 to 5, the best first."""
    return forms.TypedChoiceField(
        label=label,
        choices=list(MARKS.items()),
        coerce=int,
        required=required,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose a mark from 1 to 5.")},
    )


# --- the office --------------------------------------------------------------------------
class StewardForm(forms.Form):
    """A table, its branch and its property company."""

    branch = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Estate branch"), required=False, empty_label=_("None yet")
    )
    households = forms.IntegerField(
        label=_("Households"),
        help_text=_("Of the estate, as its papers say."),
        min_value=1,
        max_value=50_000,
        error_messages={"required": _("Please say how many households live there.")},
    )
    firm = forms.CharField(
        label=_("Property company"),
        help_text=_("Empty where there is none."),
        max_length=NAME_MAX,
        required=False,
    )
    contact = forms.CharField(
        label=_("Contact of the property company"),
        help_text=_("Enters with the phone below, writes down its services and reports what it carried out."),
        max_length=30,
        required=False,
    )
    phone = PhoneField(label=_("Phone of the contact"), required=False)

    def __init__(self, *args: Any, community: int, steward: Steward | None = None, **options: Any) -> None:
        if steward:
            options["initial"] = {
                "branch": steward.branch_id,
                "households": steward.households,
                "firm": steward.firm,
                "contact": steward.contact_name,
                "phone": steward.contact_phone,
            }
        super().__init__(*args, **options)
        rows = Organisation.objects.giving_a_branch().filter(community=community)
        self.fields["branch"].queryset = rows.order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        reached = told.get("contact") and told.get("phone")
        if told.get("firm") and not reached and "phone" not in self.errors:
            self.add_error(
                "contact", _("Please say whom to reach at the property company, and at which phone.")
            )
        return told

    def for_service(self) -> dict[str, Any]:
        told = self.cleaned_data
        firm = Firm(told["firm"], told["contact"], told["phone"]) if told["firm"] else Firm()
        return {"firm": firm, "households": told["households"], "branch": told["branch"]}


class CrossingForm(forms.ModelForm):
    """Somebody with a post in one body who also sits in another."""

    class Meta:
        model = CrossAppointment
        fields = ("person", "own_body", "own_post", "other_body", "other_post", "starts_on", "ends_on")
        widgets = {
            "starts_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "ends_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }


class ReservedForm(forms.Form):
    reserved = forms.ChoiceField(
        label=_("Which item of article 278"),
        choices=[("", _("None: the table may decide")), *Reserved.choices],
        required=False,
    )


# --- households --------------------------------------------------------------------------
class MarksForm(forms.Form):
    """A household's mark of a month."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for question in Question:
            self.fields[question.value] = _scale(question.label)
        self.fields["comment"] = forms.CharField(
            label=_("What should be better"),
            help_text=_("Read without your name. Please name nobody."),
            max_length=COMMENT_MAX,
            required=False,
            widget=forms.Textarea({"rows": 2}),
        )

    def marks(self) -> dict[str, int]:
        return {question: self.cleaned_data[question] for question in Question.values}

    def questions(self) -> list[forms.BoundField]:
        return [self[question] for question in Question.values]


class StarsForm(forms.Form):
    """Whether something is solved, and how well."""

    solved = forms.TypedChoiceField(
        label=_("Is it solved now?"),
        choices=[("yes", _("Yes, solved")), ("no", _("No, not yet"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say whether it is solved.")},
    )
    stars = _scale(_("How well was it done?"))
    comment = forms.CharField(
        label=_("What is still missing"),
        max_length=COMMENT_MAX,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )


class ProposalForm(Once):
    """A household hands in a topic."""

    title = forms.CharField(
        label=_("What should be talked over"),
        max_length=TITLE_MAX,
        error_messages={"required": _("Please say in a few words what it is about.")},
    )
    words = WordsField(
        label=_("Where, since when, and what you suggest"),
        help_text=_("Please name nobody and leave out phone numbers; your neighbours will read it."),
        rows=3,
        max_length=WORDS_MAX,
        required=False,
    )


# --- the property company ----------------------------------------------------------------
class ServiceForm(WithPhotos, Once):
    """One service of a day, or a theme service planned."""

    sort = forms.ChoiceField(label=_("Sort of service"), choices=Sort.choices)
    day = forms.DateField(
        label=_("Day"),
        help_text=_("A theme service may lie ahead; everything else is entered when it is done."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    words = WordsField(
        label=_("What was done, or what is planned"),
        help_text=_("Where and how much, in plain words; residents read it. Name nobody."),
        rows=3,
        max_length=WORDS_MAX,
        error_messages={"required": _("Please say in a few words what it is about.")},
    )
    joined_by = forms.CharField(
        label=_("Who joins in, for a theme service"),
        help_text=_("Units, teams or shops; no names."),
        max_length=NAME_MAX,
        required=False,
    )
    field_order = ("sort", "day", "words", "joined_by", "photos", "form_id")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        day = self.fields["day"]
        day.initial = today
        day.widget.attrs |= {
            "min": (today() - BACK).isoformat(),
            "max": (today() + AHEAD).isoformat(),
        }
