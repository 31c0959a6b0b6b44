"""Whistles for other systems: the office's view, a department's view, and what neither learns."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from requests_app.models import Ticket
from requests_app.services import staff
from requests_app.whistles.models import Whistle
from requests_app.whistles.services import steps
from tests.cast import Cast
from tests.problems import problem, refused
from tests.requests_app.whistles.scene import Scene, climbed
from tests.wangguan.interfaces.caller import caller
from wangguan.interfaces.models import Scope

pytestmark = pytest.mark.django_db
WHISTLES = "/api/v1/whistles/"


def as_(user: Any) -> Client:
    return caller(user, Scope.WHISTLES_READ)


def numbers(client: Client, **query: str) -> list[str]:
    answer = client.get(WHISTLES, query)
    assert answer.status_code == 200, answer.content
    return [row["number"] for row in answer.json()["results"]]


def one(client: Client, whistle: Whistle) -> dict[str, Any]:
    answer = client.get(f"{WHISTLES}{whistle.number}/")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


# --- the door ----------------------------------------------------------------------------
@pytest.mark.parametrize("tail", ["", "CS-20261127-0001/"])
def test_whistles_are_closed_to_strangers(client: Client, db: None, tail: str) -> None:
    assert client.get(WHISTLES + tail).status_code == 401


@pytest.mark.parametrize("tail", ["", "CS-20261127-0001/"])
def test_whistles_need_their_scope(cast: Cast, tail: str) -> None:
    answer = caller(cast.director, Scope.TICKETS_READ).get(WHISTLES + tail)

    assert problem(answer) == (403, "application/problem+json", [])


@pytest.mark.parametrize("who", ["worker", "leader", "parttime", "instructor"])
def test_whistles_are_closed_to_grids(cast: Cast, who: str) -> None:
    assert as_(getattr(cast, who)).get(WHISTLES).status_code == 403


@pytest.mark.parametrize(
    ("who", "count"),
    [("director", 1), ("section", 1), ("auditor", 1), ("community", 1), ("community2", 0), ("department", 1)],
)
def test_whistles_are_shown_to_their_readers(scene: Scene, who: str, count: int) -> None:
    scene.blown()

    assert len(numbers(as_(getattr(scene.cast, who)))) == count


def test_department_sees_nothing_before_it_is_called(scene: Scene) -> None:
    whistle = scene.approved()
    client = as_(scene.cast.department)

    assert numbers(client) == []
    assert client.get(f"{WHISTLES}{whistle.number}/").status_code == 404


def test_department_sees_only_what_called_it(scene: Scene) -> None:
    scene.blown(tasks={scene.other.pk: "查油烟净化"})

    assert numbers(as_(scene.cast.department)) == []


@pytest.mark.parametrize("number", ["CS-20261127-9999", "x", "%00"])
def test_whistle_that_is_none_is_not_found(cast: Cast, number: str) -> None:
    assert problem(as_(cast.director).get(f"{WHISTLES}{number}/"))[0] == 404


# --- what is told ------------------------------------------------------------------------
def test_office_reads_each_call(scene: Scene) -> None:
    whistle = scene.rated()

    shown = one(as_(scene.cast.dispatcher), whistle)

    assert (shown["state"], shown["kind"], shown["needs"]) == ("concluded", "joint", whistle.needs)
    assert {call["department"]["code"]: (call["task"], call["rating"]) for call in shown["calls"]} == {
        "chengguan": ("清理占道", 4),
        "market": ("查油烟净化", 4),
    }


def test_department_reads_task_and_rating_of_its_own_call_alone(scene: Scene) -> None:
    shown = one(as_(scene.cast.department), scene.rated())

    assert {call["department"]["code"]: (call["task"], call["rating"]) for call in shown["calls"]} == {
        "chengguan": ("清理占道", 4),
        "market": (None, None),
    }


@pytest.mark.parametrize("who", ["dispatcher", "department"])
def test_matter_is_told_without_who_told_it(scene: Scene, who: str) -> None:
    answer = as_(getattr(scene.cast, who)).get(f"{WHISTLES}{scene.blown().number}/")

    said = answer.content.decode()
    assert [name for name in ("韩大山", "13912345678", "501") if name in said] == []
    assert answer.json()["matters"][0]["place"] == "九区3号楼"


def test_number_of_a_matter_is_the_office_s(scene: Scene) -> None:
    whistle = scene.blown()

    told = [one(as_(who), whistle)["matters"] for who in (scene.cast.dispatcher, scene.cast.department)]

    assert [matters[0]["number"] for matters in told] == [scene.ticket.number, None]


def test_complaint_about_staff_is_no_department_s(scene: Scene) -> None:
    whistle = scene.blown()
    Ticket.objects.filter(pk=scene.ticket.pk).update(about_staff=True)

    assert one(as_(scene.cast.department), whistle)["matters"] == []


def test_community_reads_only_its_own_matters_of_a_whistle(scene: Scene) -> None:
    far = climbed_far(scene)
    whistle = scene.blown(tickets=(scene.ticket, far))

    own, theirs = (one(as_(who), whistle)["matters"] for who in (scene.cast.community, scene.cast.community2))

    assert [row["number"] for row in own] == [scene.ticket.number]
    assert [row["number"] for row in theirs] == [far.number]


def climbed_far(scene: Scene) -> Ticket:
    """A matter of the other community that came to the street."""
    ticket, community = climbed(scene.cast), scene.cast.community_unit2
    there = {"grid": scene.cast.grid_far, "community": community, "held_by": [community.code]}
    Ticket.objects.filter(pk=ticket.pk).update(**there)
    return Ticket.objects.with_units().get(pk=ticket.pk)


# --- the list ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "blown"}, True),
        ({"state": "archived"}, False),
        ({"kind": "joint"}, True),
        ({"kind": "emergency"}, False),
        ({"department": "market"}, True),
        ({"since": "2026-01-01", "until": "2099-12-31"}, True),
        ({"until": "2020-01-01"}, False),
    ],
)
def test_filters_narrow_the_whistles(scene: Scene, query: dict[str, str], found: bool) -> None:
    scene.blown()

    assert bool(numbers(as_(scene.cast.dispatcher), **query)) == found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "x"),
        ("kind", "loud"),
        ("department", "none"),
        ("since", "x"),
        ("until", "3000-01-01"),
        ("cursor", "x"),
    ],
)
def test_filters_refuse_nonsense(cast: Cast, name: str, value: str) -> None:
    assert problem(as_(cast.director).get(WHISTLES, {name: value})) == refused(name)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("who", ["dispatcher", "department"])
def test_whistles_cost_the_same_however_many(
    scene: Scene, django_assert_num_queries: DjangoAssertNumQueries, who: str, count: int
) -> None:
    for _number in range(count):
        scene.blown(knows_other=True)
    client = as_(getattr(scene.cast, who))
    numbers(client)
    with django_assert_num_queries(4):  # key, posts, whistles, calls
        assert len(numbers(client)) == count


@pytest.mark.parametrize("count", [1, 3])
def test_whistle_costs_the_same_however_many_matters(
    scene: Scene, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    more = tuple(climbed(scene.cast) for _number in range(count - 1))
    whistle = scene.blown(tickets=(scene.ticket, *more))
    client = as_(scene.cast.dispatcher)
    one(client, whistle)
    with django_assert_num_queries(5):  # key, posts, whistle, calls, matters
        assert len(one(client, whistle)["matters"]) == count


def test_withdrawn_whistle_stays_to_be_read(scene: Scene) -> None:
    whistle = scene.blown()
    steps.take(whistle, "withdraw", by=staff(scene.cast.dispatcher), note="不需要了")

    assert one(as_(scene.cast.director), whistle)["state"] == "withdrawn"
