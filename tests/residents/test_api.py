"""Visits for other systems: whose are shown to whom, what stays unsaid, and numbers without names."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.models import today
from residents.models import Patrol, Visit
from residents.terms import CareGroup, Met, Purpose
from tests.cast import Cast
from tests.problems import problem, refused
from tests.residents.factories import make_household, make_plan, make_resident, make_venue, make_visit
from tests.wangguan.interfaces.caller import caller
from wangguan import clock
from wangguan.interfaces.models import Scope

pytestmark = pytest.mark.django_db
VISITS, WAITING = "/api/v1/visits/", "/api/v1/visits/waiting/"
NOON = datetime.fromisoformat("2026-11-02T12:00:00+08:00")


def visit(cast: Cast, **fields: Any) -> Visit:
    """To a home in the cast's building, with everything that must not be told."""
    home = make_household(building=cast.building)
    resident = make_resident(household=home, name="张三丰", phone="13912345678")
    given = {"resident": resident, "note": "腿脚不便", "latitude": 36.631, "longitude": 116.931}
    return make_visit(household=home, by=cast.worker, **{"visited_at": NOON, **given, **fields})


def shown(client: Client, **query: str) -> list[int]:
    answer = client.get(VISITS, query)
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


# --- the door ----------------------------------------------------------------------------
@pytest.mark.parametrize("address", [VISITS, WAITING])
def test_visits_are_closed_to_strangers(client: Client, cast: Cast, address: str) -> None:
    assert client.get(address).status_code == 401


@pytest.mark.parametrize("address", [VISITS, WAITING])
def test_visits_need_their_scope(cast: Cast, address: str) -> None:
    answer = caller(cast.worker, Scope.TERRITORY_READ).get(address)

    assert problem(answer) == (403, "application/problem+json", [])


@pytest.mark.parametrize("address", [VISITS, WAITING])
@pytest.mark.parametrize("who", ["parttime", "department"])
def test_visits_are_closed_to_posts_without_homes(cast: Cast, who: str, address: str) -> None:
    answer = caller(getattr(cast, who), Scope.VISITS_READ).get(address)

    assert problem(answer) == (403, "application/problem+json", [])


@pytest.mark.parametrize(
    ("who", "count"),
    [
        *(("worker", 1), ("leader", 1), ("community", 1)),
        *(("worker2", 0), ("leader_beside", 0), ("community2", 0), ("specialist", 0)),
        *(("dispatcher", 0), ("director", 0), ("auditor", 0), ("section", 0)),
    ],
)
def test_visits_are_shown_to_those_who_know_the_people(cast: Cast, who: str, count: int) -> None:
    visit(cast)

    assert len(shown(caller(getattr(cast, who), Scope.VISITS_READ))) == count


def test_section_sees_the_visits_of_those_under_care(cast: Cast) -> None:
    cared_for = visit(cast)
    visit(cast)
    assert cared_for.resident
    make_plan(cared_for.resident, group=CareGroup.ALONE)

    assert shown(caller(cast.section, Scope.VISITS_READ)) == [cared_for.pk]


# --- what is told ------------------------------------------------------------------------
def test_visit_is_told_without_names(cast: Cast) -> None:
    row = visit(cast, purpose=Purpose.AFTER_EVENT, met=Met.PHONE, recorded_at=NOON + timedelta(hours=1))

    assert caller(cast.worker, Scope.VISITS_READ).get(VISITS).json()["results"] == [
        {
            "id": row.pk,
            "visited_at": "2026-11-02T12:00:00+08:00",
            "recorded_at": "2026-11-02T13:00:00+08:00",
            "grid": {"code": cast.grid.code, "name": "九区社区第三网格"},
            "aim": "home",
            "place": "九区3号楼",
            "purpose": "after_event",
            "met": "phone",
            "follow_up_on": None,
        }
    ]


def test_venue_is_told_by_its_place_alone(cast: Cast) -> None:
    make_visit(
        venue=make_venue(grid=cast.grid, name="张三小卖部", address="九区3号楼1单元101"), by=cast.worker
    )

    row = caller(cast.worker, Scope.VISITS_READ).get(VISITS).json()["results"][0]

    assert (row["aim"], row["place"]) == ("venue", "九区3号楼")


def test_what_is_no_longer_on_record_leaves_its_grid(cast: Cast) -> None:
    row = visit(cast)
    Visit.objects.filter(pk=row.pk).update(
        household=None, resident=None, note="", latitude=None, longitude=None, anonymised_at=NOON
    )

    told = caller(cast.worker, Scope.VISITS_READ).get(VISITS).json()["results"][0]

    assert (told["aim"], told["place"]) == (None, "九区社区第三网格")


def test_stop_on_a_patrol_is_told_as_one(cast: Cast) -> None:
    patrol = Patrol.objects.create(
        grid=cast.grid, by=cast.worker, started_at=NOON, submission_id="1b671a64-40d5-491e-99b0-da01ff1f3341"
    )
    make_visit(patrol=patrol, grid=cast.grid, by=cast.worker, purpose=Purpose.PATROL)

    told = caller(cast.worker, Scope.VISITS_READ).get(VISITS).json()["results"][0]

    assert (told["aim"], told["place"]) == ("patrol", "九区社区第三网格")


# --- the list ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"since": "2026-11-02", "until": "2026-11-02"}, True),
        ({"since": "2026-11-03"}, False),
        ({"until": "2026-11-01"}, False),
        ({"grid": "370103015005003"}, True),
        ({"grid": "370103015005002"}, False),
        ({"purpose": "care", "met": "met"}, True),
        ({"purpose": "patrol"}, False),
        ({"met": "nobody"}, False),
    ],
)
def test_filters_narrow_the_visits(cast: Cast, query: dict[str, str], found: bool) -> None:
    visit(cast)

    assert bool(shown(caller(cast.worker, Scope.VISITS_READ), **query)) == found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("since", "yesterday"), ("since", "1999-12-31"), ("until", "9999-12-31"), ("until", "2026-02-30")),
        *(("grid", "1"), ("grid", "370103015005999"), ("purpose", "x"), ("met", "perhaps")),
        *(("cursor", "x"), ("cursor", "cD0x"), ("cursor", "cD0wMDAxLTAxLTAxVDAwOjAwOjAwKzAwOjAw")),
    ],
)
def test_filters_refuse_nonsense(cast: Cast, name: str, value: str) -> None:
    assert problem(caller(cast.worker, Scope.VISITS_READ).get(VISITS, {name: value})) == refused(name)


def test_days_in_the_wrong_order_are_refused(cast: Cast) -> None:
    asked = {"since": "2026-11-02", "until": "2026-11-01"}

    assert problem(caller(cast.worker, Scope.VISITS_READ).get(VISITS, asked)) == refused("until")


def test_visits_are_read_page_by_page_the_latest_first(cast: Cast) -> None:
    """Of the same minute too: a phone without signal writes down many at once."""
    home = make_household(building=cast.building)
    rows = [make_visit(household=home, by=cast.worker, visited_at=NOON) for _number in range(22)]
    late = make_visit(household=home, by=cast.worker, visited_at=NOON + timedelta(minutes=1))
    client = caller(cast.worker, Scope.VISITS_READ)

    first = client.get(VISITS).json()
    second = client.get(first["next"]).json()

    found = [row["id"] for row in (*first["results"], *second["results"])]
    assert found == [late.pk, *(row.pk for row in reversed(rows))]
    assert second["next"] is None


@pytest.mark.parametrize("count", [1, 3])
def test_visits_cost_the_same_however_many(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _number in range(count):
        visit(cast)
        make_visit(venue=make_venue(grid=cast.grid), by=cast.worker)
    client = caller(cast.worker, Scope.VISITS_READ)
    shown(client)
    with django_assert_num_queries(3):  # key, posts, visits
        assert len(shown(client)) == 2 * count


# --- numbers -----------------------------------------------------------------------------
def test_waiting_homes_are_counted_by_grid_for_a_grid(cast: Cast) -> None:
    make_household(building=cast.building, next_visit_on=today())
    make_household(building=cast.building, next_visit_on=today() - timedelta(days=1))
    make_household(building=cast.building, last_visit_on=today(), next_visit_on=today() + timedelta(days=30))

    assert caller(cast.worker, Scope.VISITS_READ).get(WAITING).json() == {
        "on": clock.now().date().isoformat(),
        "results": [
            {"code": cast.grid.code, "name": "九区社区第三网格", "due": 2, "overdue": 1, "visited": 1}
        ],
    }


def test_waiting_homes_are_counted_by_community_for_the_street(cast: Cast) -> None:
    make_household(building=cast.building, next_visit_on=today())

    answer = caller(cast.dispatcher, Scope.VISITS_READ).get(WAITING)

    assert [(row["code"], row["due"]) for row in answer.json()["results"]] == [("370103015005", 1)]


def test_waiting_homes_of_another_grid_are_not_counted(cast: Cast) -> None:
    make_household(building=cast.building, next_visit_on=today())

    assert caller(cast.worker2, Scope.VISITS_READ).get(WAITING).json()["results"] == []
