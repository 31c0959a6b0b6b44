"""Figures of the register by unit: how many homes and people, who is due, how long nobody was there.

Numbers of units and buildings, never of a person, and never in an order of merit. A page's figures
take a fixed number of statements, whatever the unit; care groups are ciphertext and are counted
here, kept for five minutes as plain numbers.
"""

import calendar as months
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, F, Q, QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models import Grid, User
from residents.models import CarePlan, Household, Resident, Venue, Visit
from residents.terms import CareGroup, HouseholdKind, Met

LONG = 6
"""Months after which nobody has been at a home for long."""
LATELY = 3
"""Months within which a home counts as visited lately."""
KEPT = 300
"""Seconds that counts of care groups are good for."""
FEWEST = 5
"""Of fewer people under care, readers who do not know them are told only that they are few."""
MOST_HOMES = 50
OF_HOME = "dwelling__building__grid"
Rows = QuerySet[Any]


# --- who is due --------------------------------------------------------------------------
@dataclass(frozen=True)
class Waiting:
    """Visits to homes and checks of venues: due on the day, and overdue since before."""

    due: int = 0
    overdue: int = 0

    def __add__(self, other: "Waiting") -> "Waiting":
        return Waiting(self.due + other.due, self.overdue + other.overdue)


def waiting_by_grid(on: date) -> dict[int, Waiting]:
    """Grid → what waits there, for grids where something does; two statements over partial indexes."""
    counts = {
        "due": Count("pk", filter=Q(next_visit_on=on)),
        "overdue": Count("pk", filter=Q(next_visit_on__lt=on)),
    }
    homes = Household.objects.here().due(on).order_by().values_list(OF_HOME).annotate(**counts)
    venues = Venue.objects.due(on).order_by().values_list("grid").annotate(**counts)
    found: dict[int, Waiting] = {}
    for grid, due, overdue in (*homes, *venues):
        found[grid] = found.get(grid, Waiting()) + Waiting(due, overdue)
    return found


# --- a unit's figures --------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """The figures of one grid, or the sum of several.

    Attributes:
        long: homes that nobody visited for `LONG` months; `never` are those without any visit.
        somebody, nobody: whom the visits to homes in 90 days met.
    """

    homes: int = 0
    registered: int = 0
    migrant: int = 0
    elsewhere: int = 0
    people: int = 0
    venues: int = 0
    visits_30: int = 0
    visits_90: int = 0
    somebody: int = 0
    nobody: int = 0
    due: int = 0
    overdue: int = 0
    long: int = 0
    never: int = 0

    def __add__(self, other: "Line") -> "Line":
        return Line(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Line)))

    @property
    def waiting_long(self) -> int:
        return self.long + self.never


def lines(where: Q, on: date) -> dict[int, Line]:
    """Grid → its figures, for the grids that `where` names; four statements.

    `where` narrows grids by their own columns (`grids.models.Grid`).
    """
    grids = Grid.objects.filter(where).values("pk")
    counted: dict[int, Counter[str]] = {}
    for rows, grid in (_homes(grids, on), _people(grids), _venues(grids, on), _visits(grids, on)):
        for row in rows:
            counted.setdefault(row.pop(grid), Counter()).update(row)
    return {grid: Line(**numbers) for grid, numbers in counted.items()}


def total(counted: Iterable[Line]) -> Line:
    return sum(counted, Line())


def _homes(grids: Rows, on: date) -> tuple[Rows, str]:
    here = Household.objects.here().filter(**{f"{OF_HOME}__in": grids}).order_by()
    kinds = {kind.value: Count("pk", filter=Q(kind=kind)) for kind in HouseholdKind}
    return here.values(OF_HOME).annotate(
        homes=Count("pk"),
        **kinds,
        due=Count("pk", filter=Q(next_visit_on=on)),
        overdue=Count("pk", filter=Q(next_visit_on__lt=on)),
        long=Count("pk", filter=Q(last_visit_on__lt=months_before(on, LONG))),
        never=Count("pk", filter=Q(last_visit_on__isnull=True)),
    ), OF_HOME


def _people(grids: Rows) -> tuple[Rows, str]:
    grid = f"household__{OF_HOME}"
    here = Resident.objects.here().filter(**{f"{grid}__in": grids}).order_by()
    return here.values(grid).annotate(people=Count("pk")), grid


def _venues(grids: Rows, on: date) -> tuple[Rows, str]:
    open_ = Venue.objects.open().filter(grid__in=grids).order_by()
    return open_.values("grid").annotate(
        venues=Count("pk"),
        due=Count("pk", filter=Q(next_visit_on=on)),
        overdue=Count("pk", filter=Q(next_visit_on__lt=on)),
    ), "grid"


def _visits(grids: Rows, on: date) -> tuple[Rows, str]:
    """Of homes and venues; stops on a patrol are no visits."""
    lately = Visit.objects.filter(grid__in=grids, patrol__isnull=True, visited_at__gte=_days_before(on, 90))
    met, home = Q(met__in=[Met.MET, Met.PHONE]), Q(venue__isnull=True)
    return lately.order_by().values("grid").annotate(
        visits_90=Count("pk"),
        visits_30=Count("pk", filter=Q(visited_at__gte=_days_before(on, 30))),
        somebody=Count("pk", filter=home & met),
        nobody=Count("pk", filter=home & ~met),
    ), "grid"


def _days_before(day: date, days: int) -> datetime:
    """The first moment of the day so many days before."""
    return timezone.make_aware(datetime.combine(day - timedelta(days=days), time.min))


def months_before(day: date, count: int) -> date:
    """The same day of an earlier month, or its last one."""
    month = day.month - 1 - count
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, months.monthrange(year, month)[1]))


# --- care, by group ----------------------------------------------------------------------
@dataclass(frozen=True)
class Care:
    """How many people are cared for; `few` hides the number from readers who do not know them."""

    label: str
    count: int
    few: bool = False


def care(code: str, where: Q, *, exactly: bool) -> list[Care]:
    """Everybody under care first, then each group; one statement, or none within five minutes.

    Who knows the people is spared the groups without any; who does not reads all alike, that an absent
    one tells nothing.

    Args:
        code: the unit's code, under which its numbers are kept.
        exactly: the reader knows everybody under care in the unit.
    """
    counted: Mapping[str, int] = cache.get_or_set(f"residents:care:{code}", lambda: _care(where), KEPT) or {}
    labels = {"": str(_("Everybody under care")), **{group.value: str(group.label) for group in CareGroup}}
    numbers = {group: counted.get(group, 0) for group in labels}
    if exactly:
        return [Care(labels[group], number) for group, number in numbers.items() if number or not group]
    return [Care(labels[group], number, few=number < FEWEST) for group, number in numbers.items()]


def _care(where: Q) -> dict[str, int]:
    """Group → people in it, "" → people in any."""
    grid = f"resident__household__{OF_HOME}"
    plans = CarePlan.objects.open().filter(
        **{f"{grid}__in": Grid.objects.filter(where).values("pk"), "resident__left_on__isnull": True}
    )
    found = list(plans.order_by().values_list("resident_id", "group"))
    return {"": len({resident for resident, _group in found}), **Counter(group for _resident, group in found)}


# --- buildings by the age of their visits ------------------------------------------------
class Age(TextChoices):
    """How a building stands, by the share of its homes that wait for long."""

    SEEN = "seen", _("Every home visited within six months")
    SOME = "some", _("Up to a quarter of its homes wait")
    MANY = "many", _("More than a quarter of its homes wait")


@dataclass(frozen=True)
class BuildingAge:
    """Homes of a building by the age of their last visit: within three months, six months, longer, never."""

    address: str
    latitude: float | None
    longitude: float | None
    homes: int
    fresh: int
    older: int
    long: int
    never: int

    @property
    def waiting(self) -> int:
        return self.long + self.never

    @property
    def sign(self) -> str:
        """What the sign on the map has room for."""
        return str(self.waiting) if self.waiting < 100 else "99+"

    @property
    def age(self) -> Age:
        if not self.waiting:
            return Age.SEEN
        return Age.SOME if self.waiting * 4 <= self.homes else Age.MANY


def buildings(where: Q, on: date) -> list[BuildingAge]:
    """Buildings with homes in the grids that `where` names, as one walks; one statement."""
    lately, long = months_before(on, LATELY), months_before(on, LONG)
    here = Household.objects.here().filter(**{f"{OF_HOME}__in": Grid.objects.filter(where).values("pk")})
    by_building = here.order_by(f"{OF_HOME}__code", "dwelling__building").values(
        f"{OF_HOME}__code",
        "dwelling__building",
        **{name: F(f"dwelling__building__{name}") for name in ("address", "latitude", "longitude")},
    )
    rows = by_building.annotate(
        homes=Count("pk"),
        fresh=Count("pk", filter=Q(last_visit_on__gte=lately)),
        older=Count("pk", filter=Q(last_visit_on__lt=lately, last_visit_on__gte=long)),
        long=Count("pk", filter=Q(last_visit_on__lt=long)),
        never=Count("pk", filter=Q(last_visit_on__isnull=True)),
    )
    return [BuildingAge(**{field.name: row[field.name] for field in fields(BuildingAge)}) for row in rows]


def waiting_homes(user: User, grid: Grid, on: date) -> list[Household]:
    """The homes themselves, those never visited first, for who knows their people."""
    seen = Household.objects.visible_to(user).in_grid(grid).here().with_home()
    long = Q(last_visit_on__isnull=True) | Q(last_visit_on__lt=months_before(on, LONG))
    return list(seen.filter(long).order_by(F("last_visit_on").asc(nulls_first=True), "pk")[:MOST_HOMES])
