"""What changed and by whom, in words; what is masked on a card is masked in its history too."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.models import User
from residents.models import Dwelling, Household, RegisterEntry, Resident
from residents.terms import (
    ConsentPurpose,
    DwellingUse,
    HouseholdKind,
    LeftHow,
    Relation,
    Sex,
    VisitLevel,
)
from wangguan.privacy import mask_address, mask_id_number, mask_phone

NOTHING = "—"
LABELS: dict[str, str | Promise] = {
    "name": gettext_lazy("Name"),
    "sex": gettext_lazy("Sex"),
    "born_on": gettext_lazy("Born on"),
    "relation": gettext_lazy("Relation"),
    "phone": gettext_lazy("Phone"),
    "id_number": gettext_lazy("ID number"),
    "came_on": gettext_lazy("Here since"),
    "left_on": gettext_lazy("Left on"),
    "left_how": gettext_lazy("Left how"),
    "household": gettext_lazy("Household"),
    "dwelling": gettext_lazy("Door"),
    "kind": gettext_lazy("Kind"),
    "since": gettext_lazy("Here since"),
    "use": gettext_lazy("The flat is"),
    "consent": gettext_lazy("Consent"),
    "care_plan": gettext_lazy("Care plan, visits"),
    "care_plans": gettext_lazy("Care plans"),
    "review_on": gettext_lazy("To be looked over again on"),
}
CHOICES: dict[str, Any] = {
    "sex": Sex,
    "relation": Relation,
    "left_how": LeftHow,
    "kind": HouseholdKind,
    "use": DwellingUse,
    "consent": ConsentPurpose,
    "care_plan": VisitLevel,
}
DAYS = frozenset({"came_on", "left_on", "since", "review_on"})


@dataclass(frozen=True)
class Line:
    """One entry as it is read."""

    at: datetime
    title: str
    by: str
    text: str = field(default="", repr=False)
    facts: tuple[str, ...] = field(default=(), repr=False)


def lines(entries: Iterable[RegisterEntry], reader: User) -> list[Line]:
    """Entries in words, in a constant number of queries; `by` and `resident` come with the rows."""
    rows = list(entries)
    known = _known(rows, reader)
    places = _places(rows)
    return [_line(row, known, places) for row in rows]


def _line(row: RegisterEntry, known: set[int], places: Mapping[str, str]) -> Line:
    title = str(row.get_kind_display())
    if row.on:
        title = _("%(what)s, %(day)s") % {"what": title, "day": date_format(row.on, "DATE_FORMAT")}
    return Line(
        at=row.at,
        title=title,
        by=str(row.by) if row.by else "",
        text=_who(row, known),
        facts=tuple(_fact(name, pair, places) for name, pair in row.changed.items()),
    )


def _who(row: RegisterEntry, known: set[int]) -> str:
    """The name, masked once somebody is out of the reader's reach."""
    if row.resident is None:
        return ""
    return row.resident.name if row.resident_id in known else row.resident.masked_name


def _known(rows: list[RegisterEntry], reader: User) -> set[int]:
    keys = {row.resident_id for row in rows if row.resident_id}
    return set(Resident.objects.visible_to(reader).filter(pk__in=keys).values_list("pk", flat=True))


def _places(rows: list[RegisterEntry]) -> dict[str, str]:
    """Where households and doors lie that somebody moved from or to, as far as the building."""
    keys: dict[str, set[int]] = {"household": set(), "dwelling": set()}
    for row in rows:
        for name, pair in row.changed.items():
            keys.get(name, set()).update(key for key in pair if isinstance(key, int))
    homes = Household.objects.filter(pk__in=keys["household"]).select_related("dwelling__building")
    doors = Dwelling.objects.filter(pk__in=keys["dwelling"]).select_related("building")
    return {f"household:{home.pk}": mask_address(home.address) for home in homes} | {
        f"dwelling:{door.pk}": mask_address(str(door)) for door in doors
    }


def _fact(name: str, pair: list[Any], places: Mapping[str, str]) -> str:
    before, after = (_shown(name, value, places) for value in pair)
    told = {"field": str(LABELS.get(name, name)), "before": before, "after": after}
    return _("%(field)s: %(before)s → %(after)s") % told


def _shown(name: str, value: Any, places: Mapping[str, str]) -> str:
    if value in (None, "", []):
        return NOTHING
    if name in CHOICES:
        return str(dict(CHOICES[name].choices).get(value, NOTHING))
    if name in ("household", "dwelling"):
        return places.get(f"{name}:{value}", NOTHING)
    if name in DAYS:
        return _day(value)
    return _masked(name, value)


def _masked(name: str, value: Any) -> str:
    match name:
        case "name":
            return str(value)
        case "phone":
            return mask_phone(str(value))
        case "id_number":
            return mask_id_number(str(value))
        case "born_on":
            # The day of birth is what the mask of an ID number hides.
            return _("%(year)s, day hidden") % {"year": str(value)[:4]}
        case "care_plans":
            return str(len(value))
    # What this page does not know it does not show.
    return "…"


def _day(value: Any) -> str:
    day = value if isinstance(value, date) else parse_date(str(value))
    return date_format(day, "DATE_FORMAT") if day else NOTHING
