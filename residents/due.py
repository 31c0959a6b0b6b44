"""Who is to be visited, in which order, and what somebody without a name to read may count.

A list stands in the order of need: the tightest rhythm first, then the longest late, then building by
building. Told where the phone is, it starts with the nearest building instead; the point is used for
that one answer and stored nowhere.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db.models import Case, Count, F, FloatField, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import ASin, Cos, Least, Power, Radians, Sin, Sqrt

from grids.models import User, today
from residents import access
from residents.models import CarePlan, Household, Venue, Visit
from residents.queries import HouseholdQuerySet, VenueQuerySet, VisitQuerySet
from residents.terms import CareGroup, VisitLevel

PAGE = 30
COUNTED = 100
"""So far a list is counted; from there on it says 99+."""
AHEAD = timedelta(days=14)
LATELY = timedelta(days=30)
UNITS = 80
"""More lines of figures than the street has grids."""
EARTH = 6_371_000
"""Mean radius, metres."""
_PLACES = 4
"""Decimals of a degree that are kept of a phone's position: about ten metres."""

Rows = TypeVar("Rows", bound="QuerySet[Any]")


@dataclass(frozen=True)
class Here:
    """Where the phone is, in degrees (WGS-84), no finer than about ten metres."""

    latitude: float
    longitude: float

    @classmethod
    def about(cls, latitude: float, longitude: float) -> "Here":
        return cls(round(latitude, _PLACES), round(longitude, _PLACES))


# --- the lists ---------------------------------------------------------------------------
def homes_due(user: User) -> HouseholdQuerySet:
    """Homes to be visited today or before."""
    return Household.objects.visible_to(user).due(today())


def homes_coming(user: User) -> HouseholdQuerySet:
    """Homes whose day comes within the next two weeks."""
    day = today()
    rows = Household.objects.visible_to(user)
    return rows.filter(next_visit_on__gt=day, next_visit_on__lte=day + AHEAD)


def venues_due(user: User) -> VenueQuerySet:
    """Venues to be checked today or before."""
    return Venue.objects.visible_to(user).due(today())


def venues_coming(user: User) -> VenueQuerySet:
    day = today()
    rows = Venue.objects.visible_to(user).open()
    return rows.filter(next_visit_on__gt=day, next_visit_on__lte=day + AHEAD)


def visits_lately(user: User) -> VisitQuerySet:
    """Visits, newest first."""
    return Visit.objects.visible_to(user).order_by("-visited_at", "-id")


def count(rows: "QuerySet[Any]") -> int:
    """How many there are, counted to `COUNTED`."""
    return rows.order_by().values("pk")[:COUNTED].count()


def spoken(number: int) -> str:
    """A count as a page writes it."""
    return f"{COUNTED - 1}+" if number >= COUNTED else str(number)


# --- in which order ----------------------------------------------------------------------
_RANK = Case(
    *(When(visit_level=level.value, then=Value(level.rank)) for level in VisitLevel),
    default=Value(len(VisitLevel)),
    output_field=IntegerField(),
)
BY_NEED = ("rank", "next_visit_on", "dwelling__building_id", "dwelling_id", "id")
BY_DAY = ("next_visit_on", "dwelling__building_id", "dwelling_id", "id")
VENUES_BY_DAY = ("next_visit_on", "id")


def ranked(homes: HouseholdQuerySet) -> HouseholdQuerySet:
    """With `rank`: 0 is the most urgent level."""
    return homes.annotate(rank=_RANK)


def nearest_first(homes: HouseholdQuerySet, here: Here) -> HouseholdQuerySet:
    """With `metres` from here to the building; those whose place nobody entered come last."""
    return (
        ranked(homes)
        .annotate(metres=_metres(here, "dwelling__building__"))
        .order_by(F("metres").asc(nulls_last=True), *BY_NEED)
    )


def _metres(here: Here, path: str) -> Combinable:
    """The great circle by the haversine formula; NULL without a point."""
    latitude, longitude = F(f"{path}latitude"), F(f"{path}longitude")
    north = Power(Sin(Radians(latitude - here.latitude) / 2), 2)
    east = Power(Sin(Radians(longitude - here.longitude) / 2), 2)
    bow = north + Cos(Radians(latitude)) * math.cos(math.radians(here.latitude)) * east
    half = ASin(Least(Sqrt(bow, output_field=FloatField()), 1.0, output_field=FloatField()))
    return half * Value(2.0 * EARTH, output_field=FloatField())


# --- pages by keyset ---------------------------------------------------------------------
def page_of(rows: Rows, order: Sequence[str], *, after: str = "") -> tuple[list[Any], str]:
    """The rows that follow `after` in an ascending order that ends with the key, and where the next begin."""
    found = list(_beyond(rows, order, after).order_by(*order)[: PAGE + 1])
    if len(found) <= PAGE:
        return found, ""
    return found[:PAGE], "-".join(str(_number(found[PAGE - 1], name)) for name in order)


def _number(row: Any, name: str) -> int:
    for step in name.split("__"):
        row = getattr(row, step)
    return row.toordinal() if isinstance(row, date) else int(row)


def _beyond(rows: Rows, order: Sequence[str], after: str) -> Rows:
    """All of them for a pointer that makes no sense: addresses can be typed."""
    parts = after.split("-")
    if len(parts) != len(order) or not all(part.isascii() and part.isdigit() for part in parts):
        return rows
    if any(len(part) > 15 for part in parts):
        return rows
    try:
        values = [_value(name, int(part)) for name, part in zip(order, parts, strict=True)]
    except (ValueError, OverflowError):
        return rows
    beyond = Q()
    for place, name in enumerate(order):
        same = dict(zip(order[:place], values, strict=False))
        beyond |= Q(**same, **{f"{name}__gt": values[place]})
    return rows.filter(beyond)


def _value(name: str, number: int) -> int | date:
    return date.fromordinal(number) if name.endswith("_on") else number


def older(visits: VisitQuerySet, *, before: str = "") -> tuple[list[Visit], str]:
    """The visits that follow the one with this key in a list newest first, and the key to go on from."""
    if before.isascii() and before.isdigit() and len(before) < 18:
        last = Visit.objects.filter(pk=int(before)).values_list("visited_at", flat=True).first()
        if last:
            visits = visits.filter(Q(visited_at__lt=last) | Q(visited_at=last, pk__lt=int(before)))
    found = list(visits[: PAGE + 1])
    return found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else ""


# --- care groups of a page ---------------------------------------------------------------
def groups_of(homes: Sequence[Household], user: User) -> dict[int, list[str]]:
    """Household → its people's care groups, as far as this person may read them; one statement.

    Groups are ciphertext: they are read for the rows of one page, never searched.
    """
    if not homes:
        return {}
    plans = CarePlan.objects.visible_to(user).open().filter(resident__household__in=homes)
    found: dict[int, set[str]] = {}
    for household, group in plans.filter(resident__left_on__isnull=True).values_list(
        "resident__household_id", "group"
    ):
        found.setdefault(household, set()).add(group)
    order = {group.value: place for place, group in enumerate(CareGroup)}
    return {
        household: [str(CareGroup(group).label) for group in sorted(groups, key=lambda group: order[group])]
        for household, groups in found.items()
    }


# --- figures without names ---------------------------------------------------------------
@dataclass(frozen=True)
class Figures:
    """How the homes of one unit stand; nobody is named."""

    code: str
    unit: str
    due: int
    overdue: int
    visited: int


def figures(user: User) -> list[Figures]:
    """Of the grids whose figures this person reads, by community for the whole street; ordered by code."""
    counting, day = access.counting(user), today()
    unit = "dwelling__building__grid"
    if counting.everywhere:
        unit = f"{unit}__community"
    rows = Household.objects.here().filter(counting.of_grid("dwelling__building__grid"))
    counted = (
        rows.values_list(f"{unit}__code", f"{unit}__name")
        .annotate(
            due=Count("pk", filter=Q(next_visit_on__lte=day)),
            overdue=Count("pk", filter=Q(next_visit_on__lt=day)),
            visited=Count("pk", filter=Q(last_visit_on__gte=day - LATELY)),
        )
        .order_by(f"{unit}__code")
    )
    return [Figures(*line) for line in counted[:UNITS]]
