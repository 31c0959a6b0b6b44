"""What a worker narrows a list by."""

from collections.abc import Iterable

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests_app.forms.fields import CategoryField
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
