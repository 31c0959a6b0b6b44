"""Figures of units: what is counted, for whom, and that they name nobody."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db.models import Q
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.models import Role, today
from residents import figures
from residents.figures import Age, BuildingAge, Line, Waiting
from residents.models import Resident
from residents.terms import CareGroup, HouseholdKind, Met
from tests.cast import Cast
from tests.factories import make_building, make_leave, make_post
from tests.residents.factories import (
    make_household,
    make_plan,
    make_resident,
    make_venue,
    make_visit,
)
from wangguan import clock

pytestmark = pytest.mark.django_db
ADDRESS = "/worker/residents/figures/"
STREET, COMMUNITY, GRID = "370103015", "370103015005", "370103015005003"
GRID_BESIDE, COMMUNITY_FAR, GRID_FAR = "370103015005002", "370103015003", "370103015003001"


def days_ago(days: int) -> date:
    return today() - timedelta(days=days)


def some_homes(cast: Cast) -> None:
    """Three homes in the grid, one beside, one far; three people, a venue."""
    first = make_household(building=cast.building, last_visit_on=days_ago(10), next_visit_on=today())
    make_household(
        building=cast.building,
        kind=HouseholdKind.MIGRANT,
        last_visit_on=days_ago(200),
        next_visit_on=days_ago(1),
    )
    make_household(building=cast.building, kind=HouseholdKind.ELSEWHERE, next_visit_on=days_ago(-9))
    make_household(building=cast.building, left_on=days_ago(3), next_visit_on=None)
    beside, far = (
        make_household(grid=grid, next_visit_on=days_ago(-9)) for grid in (cast.grid_beside, cast.grid_far)
    )
    for household in (first, beside, far):
        make_resident(household=household, name="不可见的人")
    make_venue(grid=cast.grid, next_visit_on=days_ago(1))
    for days, met in ((1, Met.MET), (40, Met.NOBODY), (80, Met.PHONE), (120, Met.MET)):
        moment = clock.now() - timedelta(days=days)
        make_visit(by=cast.worker, household=first, visited_at=moment, met=met)


# --- what is counted ---------------------------------------------------------------------
def test_a_grids_figures(cast: Cast) -> None:
    some_homes(cast)

    (line,) = figures.lines(Q(pk=cast.grid.pk), today()).values()

    assert line == Line(
        homes=3,
        registered=1,
        migrant=1,
        elsewhere=1,
        people=1,
        venues=1,
        visits_30=1,
        visits_90=3,
        somebody=2,
        nobody=1,
        due=1,
        overdue=2,
        long=1,
        never=1,
    )


def test_who_waits_by_grid(cast: Cast) -> None:
    some_homes(cast)

    assert figures.waiting_by_grid(today()) == {cast.grid.pk: Waiting(due=1, overdue=2)}


@pytest.mark.parametrize(
    ("day", "count", "before"),
    [
        (date(2025, 8, 31), 6, date(2025, 2, 28)),
        (date(2026, 3, 15), 3, date(2025, 12, 15)),
        (date(2028, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 1), 12, date(2025, 12, 1)),
    ],
)
def test_months_before(day: date, count: int, before: date) -> None:
    assert figures.months_before(day, count) == before


@pytest.mark.parametrize(
    ("homes", "long", "never", "age"),
    [(8, 0, 0, Age.SEEN), (8, 1, 1, Age.SOME), (8, 2, 1, Age.MANY), (1, 0, 1, Age.MANY)],
)
def test_a_building_stands_by_the_share_that_waits(homes: int, long: int, never: int, age: Age) -> None:
    assert BuildingAge("3号楼", None, None, homes, 0, 0, long, never).age == age


def test_buildings_by_the_age_of_visits(cast: Cast) -> None:
    for days in (10, 100, 200):
        make_household(building=cast.building, last_visit_on=days_ago(days))
    make_household(building=cast.building)
    make_household(building=cast.building, left_on=days_ago(3), next_visit_on=None)
    make_building(grid=cast.grid)

    (found,) = figures.buildings(Q(pk=cast.grid.pk), today())

    assert found == BuildingAge("九区3号楼", 36.631, 116.931, 4, 1, 1, 1, 1)


def test_people_under_care_are_counted_once_in_all(cast: Cast) -> None:
    resident = make_resident(building=cast.building)
    make_plan(resident, group=CareGroup.ALONE)
    make_plan(resident, group=CareGroup.AGED)
    make_plan(make_resident(building=cast.building), group=CareGroup.AGED, ended_on=today())

    found = figures.care("x", Q(pk=cast.grid.pk), exactly=True)

    assert [row.count for row in found if row.count] == [1, 1, 1]


def test_care_is_kept_for_five_minutes_as_numbers(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_plan(make_resident(building=cast.building))
    figures.care("x", Q(pk=cast.grid.pk), exactly=True)

    with django_assert_num_queries(0):
        figures.care("x", Q(pk=cast.grid.pk), exactly=False)
    assert cache.get("residents:care:x") == {"": 1, "alone": 1}


# --- for whom ----------------------------------------------------------------------------
def opened(client: Client, cast: Cast, who: str, unit: str = "") -> Any:
    client.force_login(getattr(cast, who))
    return client.get(ADDRESS, {"unit": unit} if unit else {})


def test_a_stranger_signs_in_first(client: Client, cast: Cast) -> None:
    assert client.get(ADDRESS)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("who", "unit"),
    [
        *[(who, GRID) for who in ("worker", "leader", "specialist", "instructor")],
        *[(who, COMMUNITY) for who in ("community", "community_leader")],
        *[(who, STREET) for who in ("dispatcher", "director", "section", "auditor")],
        *[("worker2", GRID_FAR), ("community2", COMMUNITY_FAR)],
    ],
)
def test_everybody_begins_with_their_own(client: Client, cast: Cast, who: str, unit: str) -> None:
    response = opened(client, cast, who)

    assert (response.status_code, response.context["place"].code) == (200, unit)


@pytest.mark.parametrize("who", ["parttime", "department"])
def test_posts_without_homes_stay_outside(client: Client, cast: Cast, who: str) -> None:
    assert opened(client, cast, who).status_code == 403


@pytest.mark.parametrize(
    ("who", "unit", "status"),
    [
        *[("worker", unit, 404) for unit in (STREET, COMMUNITY, GRID_BESIDE, GRID_FAR, "1", "x" * 15)],
        *[("community", unit, 200) for unit in (COMMUNITY, GRID, GRID_BESIDE)],
        *[("community", unit, 404) for unit in (STREET, COMMUNITY_FAR, GRID_FAR)],
        *[("dispatcher", unit, 200) for unit in (STREET, COMMUNITY, COMMUNITY_FAR, GRID, GRID_FAR)],
        ("dispatcher", "370103999", 404),
        ("instructor", COMMUNITY, 404),
    ],
)
def test_another_units_figures_are_not_to_be_found(
    client: Client, cast: Cast, who: str, unit: str, status: int
) -> None:
    assert opened(client, cast, who, unit).status_code == status


@pytest.mark.parametrize("who", ["worker", "community", "instructor", "dispatcher", "auditor", "section"])
@pytest.mark.parametrize("unit", [STREET, COMMUNITY, GRID])
def test_figures_name_nobody(client: Client, cast: Cast, who: str, unit: str) -> None:
    some_homes(cast)
    Resident.objects.update(name="不可见的人", phone="13912345678")

    page = opened(client, cast, who, unit).content.decode()

    assert [word for word in ("不可见", "13912345678", "演员2") if word in page] == []


def test_the_street_goes_down_by_community_in_their_own_order(client: Client, cast: Cast) -> None:
    some_homes(cast)

    below = opened(client, cast, "dispatcher").context["below"]

    assert [(row.code, row.line.homes) for row in below] == [(COMMUNITY_FAR, 1), (COMMUNITY, 4)]


def test_a_community_goes_down_by_grid(client: Client, cast: Cast) -> None:
    some_homes(cast)

    below = opened(client, cast, "community").context["below"]

    assert [(row.code, row.line.homes) for row in below] == [(GRID_BESIDE, 1), (GRID, 3)]


def test_who_serves_two_grids_sees_both(client: Client, cast: Cast) -> None:
    some_homes(cast)
    make_post(cast.worker, Role.FULL_TIME_WORKER, at=cast.grid_beside)

    response = opened(client, cast, "worker")

    assert [row.code for row in response.context["below"]] == [GRID_BESIDE, GRID]
    assert response.context["total"].homes == 4


def test_who_stands_in_sees_the_grid(client: Client, cast: Cast) -> None:
    make_leave(cast.worker2.posts.get(), cast.leader_beside)

    codes = [row.code for row in opened(client, cast, "leader_beside").context["below"]]

    assert codes == [GRID_FAR, GRID_BESIDE]


# --- few people under care ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "unit", "few"),
    [
        *[(who, GRID, False) for who in ("worker", "leader", "community", "section")],
        *[(who, GRID, True) for who in ("instructor", "specialist", "dispatcher", "director", "auditor")],
        *[("section", STREET, False), ("dispatcher", STREET, True), ("community", COMMUNITY, False)],
    ],
)
def test_few_people_under_care_are_not_counted_out(
    client: Client, cast: Cast, who: str, unit: str, few: bool
) -> None:
    make_plan(make_resident(building=cast.building), group=CareGroup.CHILD)

    response = opened(client, cast, who, unit)

    rows = {row.label: row for row in response.context["care"]}
    assert rows[str(CareGroup.CHILD.label)].few is few


def test_five_are_counted_for_everybody(client: Client, cast: Cast) -> None:
    for _turn in range(5):
        make_plan(make_resident(building=cast.building), group=CareGroup.CHILD)

    rows = {row.label: row for row in opened(client, cast, "dispatcher").context["care"]}

    assert (rows[str(CareGroup.CHILD.label)].few, rows[str(CareGroup.CHILD.label)].count) == (False, 5)
    assert rows[str(CareGroup.ALONE.label)].few


# --- homes that wait ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "knows"),
    [
        *[(who, True) for who in ("worker", "leader", "community")],
        *[(who, False) for who in ("instructor", "specialist", "dispatcher", "section", "auditor")],
    ],
)
def test_only_who_knows_them_reads_the_homes(client: Client, cast: Cast, who: str, knows: bool) -> None:
    waiting = make_household(building=cast.building)
    make_household(building=cast.building, last_visit_on=days_ago(10))

    response = opened(client, cast, who, GRID)

    assert (response.context["knows"], list(response.context["homes"])) == (knows, [waiting] * knows)
    assert (waiting.dwelling.label in response.content.decode()) is knows
    assert response.context["total"].never == 1


def test_those_never_visited_come_first(client: Client, cast: Cast) -> None:
    old, older = (make_household(building=cast.building, last_visit_on=days_ago(days)) for days in (200, 300))
    never = make_household(building=cast.building)

    assert list(opened(client, cast, "worker").context["homes"]) == [never, older, old]


# --- statements --------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("who", "unit", "statements"),
    [("dispatcher", STREET, 10), ("community", COMMUNITY, 10), ("worker", GRID, 11)],
)
def test_statements_do_not_grow(
    client: Client,
    cast: Cast,
    who: str,
    unit: str,
    statements: int,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _turn in range(rows):
        some_homes(cast)
        make_plan(make_resident(grid=cast.grid_far))
    client.force_login(getattr(cast, who))

    with django_assert_num_queries(statements):
        client.get(ADDRESS, {"unit": unit})
