"""Forms about the people of a household."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.models import today
from residents.forms.fields import (
    DayField,
    IdNumberField,
    NameField,
    VersionForm,
    heir_field,
    heirs,
    radios,
)
from residents.models import Resident
from residents.terms import Relation, Sex
from wangguan.fields import PhoneField

CAME = [
    ("here", _("Has been here; only now written down")),
    ("moved_in", _("Moved in")),
    ("born", _("Born")),
]


class PersonForm(forms.Form):
    """Who somebody is. Birth date and sex need not be asked where the ID number tells them."""

    name = NameField()
    relation = forms.ChoiceField(label=_("Relation to the head"), choices=Relation.choices)
    id_number = IdNumberField(
        required=False, help_text=_("Kept encrypted. Birth date and sex are filled in from it.")
    )
    born_on = DayField(label=_("Born on"), required=False)
    sex = radios(_("Sex"), Sex.choices, required=False, initial=Sex.UNKNOWN)
    phone = PhoneField(label=_("Phone"), required=False, help_text=_("Kept encrypted, shown masked."))

    def clean_sex(self) -> str:
        return self.cleaned_data["sex"] or Sex.UNKNOWN

    @property
    def told(self) -> dict[str, Any]:
        """What is to be written, field by field."""
        names = ("name", "relation", "id_number", "born_on", "sex", "phone")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class AddPersonForm(PersonForm):
    """Somebody new: born here, moved in, or only now written down."""

    came = radios(_("How they came"), CAME, initial="here")
    on = DayField(label=_("Since when"), required=False)
    field_order = ["name", "relation", "came", "on", "id_number", "born_on", "sex", "phone"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("came") == "born":
            given["on"] = given.get("born_on") or given.get("on")
            given["born_on"] = given["on"]
        return given


class CorrectPersonForm(VersionForm, PersonForm):
    """What is wrong about somebody. Phone and ID number are not shown: empty keeps what is on record."""

    drop_phone = forms.BooleanField(label=_("Take the phone off the record"), required=False)
    drop_id_number = forms.BooleanField(label=_("Take the ID number off the record"), required=False)
    field_order = [
        *("name", "relation", "born_on", "sex", "phone", "drop_phone"),
        *("id_number", "drop_id_number", "version"),
    ]

    def __init__(self, *args: Any, resident: Resident, **options: Any) -> None:
        self.resident = resident
        names = ("name", "relation", "sex", "born_on", "version")
        options.setdefault("initial", {name: getattr(resident, name) for name in names})
        super().__init__(*args, **options)
        self._keep_or_drop("phone", resident.masked_phone)
        self._keep_or_drop("id_number", resident.masked_id_number)
        if resident.id_number:
            # Beside a masked number the birth date would tell it; both follow from the number anyway.
            del self.fields["born_on"], self.fields["sex"]

    def _keep_or_drop(self, name: str, masked: str) -> None:
        if not masked:
            del self.fields[f"drop_{name}"]
            return
        self.fields[name].help_text = _("On record: %(masked)s. Leave it empty to keep it.") % {
            "masked": masked
        }

    def clean_sex(self) -> str:
        return self.cleaned_data["sex"] or Sex.UNKNOWN

    @property
    def told(self) -> dict[str, Any]:
        given = super().told
        for name in ("phone", "id_number"):
            if self.cleaned_data.get(f"drop_{name}"):
                given[name] = ""
            elif not given[name]:
                del given[name]
        return given


class WithHeirs(VersionForm):
    """Asks who is head after somebody who goes, where they are the head and others stay."""

    heirs: dict[str, Resident]

    def ask_for_a_head(self, resident: Resident) -> None:
        self.heirs = {str(person.pk): person for person in heirs(resident)}
        if self.heirs:
            self.fields["new_head"] = heir_field(list(self.heirs.values()))

    @property
    def new_head(self) -> Resident | None:
        return self.heirs.get(self.cleaned_data.get("new_head", ""))


class LeaveForm(WithHeirs):
    """The day somebody left, and who is head after them."""

    on = DayField(label=_("On which day"))

    def __init__(self, *args: Any, resident: Resident, **options: Any) -> None:
        options.setdefault("initial", {"version": resident.version, "on": today()})
        super().__init__(*args, **options)
        self.ask_for_a_head(resident)


class DeathForm(LeaveForm):
    """Somebody died; the others of the household are looked in on."""

    def __init__(self, *args: Any, resident: Resident, **options: Any) -> None:
        super().__init__(*args, resident=resident, **options)
        if resident.household.people.here().exclude(pk=resident.pk).exists():
            self.fields["look_in"] = forms.BooleanField(
                label=_("Look in on the family in the next three working days"), required=False, initial=True
            )


class MistakeForm(VersionForm):
    """Nothing to say but yes."""

    def __init__(self, *args: Any, resident: Resident, **options: Any) -> None:
        options.setdefault("initial", {"version": resident.version})
        super().__init__(*args, **options)


class TellForm(VersionForm):
    """The day of a wedding or a divorce, and what the person is to the head of household now."""

    on = DayField(label=_("On which day"))
    relation = forms.ChoiceField(label=_("Relation to the head now"), choices=Relation.choices)

    def __init__(self, *args: Any, resident: Resident, **options: Any) -> None:
        ordinary = {"version": resident.version, "on": today(), "relation": resident.relation}
        options.setdefault("initial", ordinary)
        super().__init__(*args, **options)


class HeadForm(VersionForm):
    """Who is head from when, and what everybody else is to the new head."""

    on = DayField(label=_("On which day"))

    def __init__(self, *args: Any, resident: Resident, **options: Any) -> None:
        options.setdefault("initial", {"version": resident.version, "on": today()})
        super().__init__(*args, **options)
        self.others = list(resident.household.people.here().exclude(pk=resident.pk).order_by("pk"))
        choices = [choice for choice in Relation.choices if choice[0] != Relation.HEAD]
        for other in self.others:
            before = Relation.OTHER if other.relation == Relation.HEAD else other.relation
            label = _("%(name)s is to the new head") % {"name": other.name}
            self.fields[f"is_{other.pk}"] = forms.ChoiceField(label=label, choices=choices, initial=before)

    @property
    def relations(self) -> dict[int, Relation]:
        return {other.pk: Relation(self.cleaned_data[f"is_{other.pk}"]) for other in self.others}


class MoveForm(WithHeirs):
    """Into which household behind the door, since when, as what."""

    NEW = "new"

    on = DayField(label=_("On which day"))

    def __init__(self, *args: Any, resident: Resident, behind: list[tuple[str, str]], **options: Any) -> None:
        """`behind`: households that may be joined, key and how they are told apart."""
        ordinary = {"version": resident.version, "on": today(), "to": behind[0][0] if behind else self.NEW}
        options["initial"] = {**ordinary, **options.get("initial", {})}
        super().__init__(*args, **options)
        choices = [*behind, (self.NEW, _("A household of their own"))]
        self.fields["to"] = radios(_("Into which household"), choices)
        self.fields["relation"] = forms.ChoiceField(
            label=_("Relation to the head there"),
            choices=Relation.choices,
            initial=Relation.OTHER if behind else Relation.HEAD,
        )
        self.ask_for_a_head(resident)
