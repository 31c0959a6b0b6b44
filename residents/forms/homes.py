"""Forms about doors and households, and the box that finds them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.models import today
from residents.forms.fields import DayField, VersionForm, radios
from residents.models import Dwelling, Household
from residents.search import LONGEST
from residents.terms import DwellingUse, HouseholdKind
from wangguan.words import storable


class SearchForm(forms.Form):
    """Posted, never asked by address: names and phone numbers stand in no log and no browser's history."""

    q = forms.CharField(
        label=_("Name, door, or last four digits of a phone"),
        max_length=LONGEST,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
        error_messages={"required": _("Type a name, a door such as 3-2-501, or four digits.")},
    )


class DoorSearchForm(forms.Form):
    """Where to, as people say it."""

    q = forms.CharField(
        label=_("Which door"),
        help_text=_("Building and door as people say it, such as 3-2-501."),
        max_length=LONGEST,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )


class HouseholdForm(forms.Form):
    """A household behind a door that is known."""

    kind = radios(_("Kind of household"), HouseholdKind.choices, initial=HouseholdKind.REGISTERED)
    since = DayField(label=_("Here since"), required=False)


class CorrectHouseholdForm(VersionForm, HouseholdForm):
    def __init__(self, *args: Any, household: Household, **options: Any) -> None:
        names = ("kind", "since", "version")
        options.setdefault("initial", {name: getattr(household, name) for name in names})
        super().__init__(*args, **options)


class DoorForm(HouseholdForm):
    """A door that is not in the register yet, with the household behind it."""

    entrance = forms.IntegerField(label=_("Entrance"), min_value=1, max_value=99, initial=1)
    floor = forms.IntegerField(label=_("Floor"), min_value=-5, max_value=99, initial=1)
    door = forms.CharField(
        label=_("Door"), max_length=20, help_text=_("As it stands on the door, such as 501.")
    )
    use = radios(_("The flat is"), DwellingUse.choices, initial=DwellingUse.OWN)
    field_order = ["entrance", "floor", "door", "use", "kind", "since"]

    def clean_door(self) -> str:
        return storable(self.cleaned_data["door"]).removesuffix("室").removesuffix("号").strip().upper()


class UseForm(forms.Form):
    """What the flat is used for; `seen` is how it stood when the form was opened."""

    use = radios(_("The flat is"), DwellingUse.choices)
    seen = forms.ChoiceField(choices=DwellingUse.choices, widget=forms.HiddenInput)

    def __init__(self, *args: Any, dwelling: Dwelling, **options: Any) -> None:
        options.setdefault("initial", {"use": dwelling.use, "seen": dwelling.use})
        super().__init__(*args, **options)


class DayForm(VersionForm):
    """Since when the whole household is elsewhere."""

    on = DayField(label=_("On which day"))

    def __init__(self, *args: Any, household: Household, **options: Any) -> None:
        options.setdefault("initial", {"version": household.version, "on": today()})
        super().__init__(*args, **options)


class CloseForm(VersionForm):
    """Nothing to say but yes."""

    def __init__(self, *args: Any, household: Household, **options: Any) -> None:
        options.setdefault("initial", {"version": household.version})
        super().__init__(*args, **options)
