"""Plain functions that make one valid row of the register each; whatever is not given is ordinary."""

from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from grids.models import Building, Grid, User, today
from residents.models import CarePlan, CheckItem, Dwelling, Errand, Finding, Household, Resident, Venue, Visit
from residents.services import care
from residents.terms import CareGroup, ErrandKind, Need, Relation, VenueKind, VisitLevel
from tests.factories import make_building, make_user

_numbers = count(1)
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(*, born: date = date(1950, 1, 1), order: int = 1, place: str = "370103") -> str:
    """A number whose check character fits; odd orders are men."""
    digits = f"{place}{born:%Y%m%d}{order:03}"
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, ID_WEIGHTS, strict=True)) % 11]


def make_dwelling(*, building: Building | None = None, grid: Grid | None = None, **fields: Any) -> Dwelling:
    number = next(_numbers)
    fields = {"entrance": 1, "floor": 1, "door": f"{100 + number}", **fields}
    return Dwelling.objects.create(building=building or make_building(grid=grid), **fields)


def make_household(
    *,
    dwelling: Dwelling | None = None,
    building: Building | None = None,
    grid: Grid | None = None,
    **fields: Any,
) -> Household:
    """A household that came a year ago and was never visited; its next day is reckoned unless given."""
    dwelling = dwelling or make_dwelling(building=building, grid=grid)
    household = Household.objects.create(
        dwelling=dwelling, **{"since": today() - timedelta(days=365), **fields}
    )
    if "next_visit_on" not in fields and household.is_here:
        care.reckon(household)
    return household


def make_resident(
    *,
    household: Household | None = None,
    building: Building | None = None,
    grid: Grid | None = None,
    **fields: Any,
) -> Resident:
    """The head of a household of their own, unless another relation or household is given."""
    household = household or make_household(building=building, grid=grid)
    number = next(_numbers)
    has_head = household.people.filter(relation=Relation.HEAD, left_on__isnull=True).exists()
    ordinary = {
        "name": f"居民{number}",
        "born_on": date(1950, 1, 1),
        "relation": Relation.OTHER if has_head else Relation.HEAD,
    }
    return Resident.objects.create(household=household, **{**ordinary, **fields})


def make_plan(
    resident: Resident,
    *,
    group: CareGroup = CareGroup.ALONE,
    level: VisitLevel = VisitLevel.WEEKLY,
    **fields: Any,
) -> CarePlan:
    """A plan in force since a month ago, on duty; the household's rhythm follows."""
    since = today() - timedelta(days=30)
    ordinary = {"since": since, "review_on": today() + timedelta(days=335), "decided_by": None}
    plan = CarePlan.objects.create(resident=resident, group=group, level=level, **{**ordinary, **fields})
    care.reckon(resident.household)
    return plan


def make_venue(*, grid: Grid, **fields: Any) -> Venue:
    number = next(_numbers)
    fields = {"name": f"便民超市{number}", "kind": VenueKind.SHOP, "address": f"沿街{number}号", **fields}
    return Venue.objects.create(grid=grid, **fields)


def make_check_item(**fields: Any) -> CheckItem:
    number = next(_numbers)
    return CheckItem.objects.create(
        **{"kind": VenueKind.SHOP, "words": f"灭火器在有效期内{number}", "category": "1003", **fields}
    )


def make_visit(*, by: User | None = None, household: Household | None = None, **fields: Any) -> Visit:
    """A row as it is stored; `residents.services.visits.log` is what moves the household on."""
    aim = {"household": household} if household else {}
    grid = household.dwelling.grid if household else fields.pop("grid", None)
    if grid is None and "venue" in fields:
        grid = fields["venue"].grid
    return Visit.objects.create(by=by or make_user(), grid=grid, submission_id=uuid4(), **aim, **fields)


def make_finding(visit: Visit, *, need: Need = Need.LEAK, **fields: Any) -> Finding:
    return Finding.objects.create(
        visit=visit, need=need, category=need.category, **{"words": "厨房顶渗水", **fields}
    )


def make_errand(household: Household, *, by: User, **fields: Any) -> Errand:
    ordinary = {"kind": ErrandKind.PAPERS, "words": "代办老年证", "submission_id": uuid4(), "noted_by": by}
    return Errand.objects.create(household=household, **{**ordinary, **fields})
