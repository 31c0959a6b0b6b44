"""Questions that several forms of the register ask."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from grids.models import today
from residents.identity import check_id_number, clean_id_number
from residents.models import Resident
from residents.terms import Relation
from wangguan.words import storable


class DayField(forms.DateField):
    """A day that has been, chosen from the phone's own calendar."""

    def __init__(self, *, coming: bool = False, **options: Any) -> None:
        self.coming = coming
        super().__init__(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        given = super().widget_attrs(widget)
        return given if self.coming else {**given, "max": today().isoformat()}

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not self.coming and value > today():
            raise ValidationError(_("The day lies in the future."))


class NameField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput({"autocomplete": "off"})
        super().__init__(label=_("Name"), max_length=50, widget=widget, **options)

    def to_python(self, value: Any) -> str:
        return storable(super().to_python(value) or "")


class IdNumberField(forms.CharField):
    """A resident identity card's number, however it is written; wrong ones are refused in words."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"})
        super().__init__(label=_("ID number"), max_length=40, widget=widget, **options)

    def clean(self, value: Any) -> str:
        number = clean_id_number(super().clean(value))
        if number:
            check_id_number(number)
        return number


class VersionForm(forms.Form):
    """A form about one row, which says at which version its writer saw it."""

    version = forms.IntegerField(widget=forms.HiddenInput)


def radios(label: Any, choices: Any, **options: Any) -> forms.ChoiceField:
    """One of few, each a button of its own."""
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **options)


def heirs(resident: Resident) -> list[Resident]:
    """Those who could be head after this one; nobody unless this one is."""
    if resident.relation != Relation.HEAD:
        return []
    return list(resident.household.people.here().exclude(pk=resident.pk).order_by("pk"))


def heir_field(people: list[Resident]) -> forms.ChoiceField:
    choices = [("", _("Nobody yet")), *[(str(person.pk), person.name) for person in people]]
    return forms.ChoiceField(
        label=_("New head of household"), choices=choices, widget=forms.RadioSelect, required=False
    )
