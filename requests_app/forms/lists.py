"""What a worker narrows a list by."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grids.models import Community
from requests_app.forms.fields import CategoryField
from requests_app.models import Category
from requests_app.workflow import Level, Status, Urgency

Labels = list[tuple[str, str | Promise]]


def _any(choices: Iterable[tuple[str, str | Promise]]) -> Labels:
    return [("", _("any")), *choices]


class FilterForm(forms.Form):
    """Every field is optional; what makes no sense is left out of account."""

    q = forms.CharField(
        label=_("Number or words"), max_length=60, required=False, widget=forms.TextInput({"type": "search"})
    )
    status = forms.ChoiceField(label=_("Status"), choices=_any(Status.choices), required=False)
    level = forms.ChoiceField(label=_("Level"), choices=_any(Level.choices), required=False)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=_any(Urgency.choices), required=False)
    category = CategoryField(label=_("Category"), empty_label=_("any"))

    @property
    def is_used(self) -> bool:
        """Whether the list is narrowed by anything."""
        return self.is_valid() and any(self.cleaned_data.values())


class BoardForm(forms.Form):
    """What anybody narrows the board by; what makes no sense is left out of account."""

    q = forms.CharField(
        label=_("Words"), max_length=60, required=False, widget=forms.TextInput({"type": "search"})
    )
    community = forms.ChoiceField(label=_("Community"), required=False)
    category = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        communities = Community.objects.values_list("code", "name")
        tops = Category.objects.filter(parent__isnull=True, active=True).order_by("code")
        self.fields["community"].choices = [("", _("All communities")), *communities]  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", _("All kinds")), *tops.values_list("code", "name")]  # type: ignore[attr-defined]

    @property
    def is_used(self) -> bool:
        """Whether the board is narrowed by anything."""
        return self.is_valid() and any(self.cleaned_data.values())
