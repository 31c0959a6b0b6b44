"""The three lists for other systems: what everybody may read, what an office keeps, what stays unsaid."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.models import User
from partybuilding.access import By
from partybuilding.claims.services import steps
from tests.cast import Cast
from tests.partybuilding.claims.scene import (
    TELLER,
    TELLER_NAME,
    TWO,
    accepted,
    agreed,
    claimed,
    draft,
    fresh,
    hall,
    need,
    unit,
    waiting,
)
from tests.problems import problem, refused
from tests.wangguan.interfaces.caller import caller
from wangguan.interfaces.models import Scope

pytestmark = pytest.mark.django_db
NEEDS, RESOURCES, PROJECTS = "/api/v1/needs/", "/api/v1/resources/", "/api/v1/projects/"
ALL = [NEEDS, RESOURCES, PROJECTS]


def as_(user: User) -> Client:
    return caller(user, Scope.LISTS_READ)


def titles(client: Client, address: str = NEEDS, **query: str) -> list[str]:
    answer = client.get(address, query)
    assert answer.status_code == 200, answer.content
    return [row["title"] for row in answer.json()["results"]]


def one(client: Client, address: str, pk: int) -> dict[str, Any]:
    answer = client.get(f"{address}{pk}/")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


# --- the door ----------------------------------------------------------------------------
@pytest.mark.parametrize("address", [*ALL, *(f"{address}1/" for address in ALL)])
def test_lists_are_closed_to_strangers(client: Client, db: None, address: str) -> None:
    assert client.get(address).status_code == 401


@pytest.mark.parametrize("address", [*ALL, *(f"{address}1/" for address in ALL)])
def test_lists_need_their_scope(cast: Cast, address: str) -> None:
    answer = caller(cast.director, Scope.TICKETS_READ).get(address)

    assert problem(answer) == (403, "application/problem+json", [])


@pytest.mark.parametrize("who", ["worker2", "parttime", "department", "director"])
def test_published_items_are_everybodys(cast: Cast, who: str) -> None:
    need(cast, title="合唱队排练场地")

    assert titles(as_(getattr(cast, who))) == ["合唱队排练场地"]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        *(("director", True), ("auditor", True), ("community", True)),
        *(("community2", False), ("worker", False), ("department", False)),
    ],
)
def test_draft_is_read_by_its_office_alone(cast: Cast, who: str, seen: bool) -> None:
    row, client = draft(cast), as_(getattr(cast, who))

    assert bool(titles(client)) == seen
    assert client.get(f"{NEEDS}{row.pk}/").status_code == (200 if seen else 404)


def test_what_was_taken_off_is_not_everybodys_any_more(cast: Cast) -> None:
    steps.take(need(cast), "withdraw", by=By(cast.director), note="不需要了")

    assert (titles(as_(cast.worker)), titles(as_(cast.community))) == ([], ["合唱队排练场地"])


def test_each_list_has_its_own_sort_alone(cast: Cast) -> None:
    item, offer = need(cast), hall(cast, unit(cast))
    project = need(cast, sort="project", title="共建口袋公园")
    client = as_(cast.worker)

    assert [titles(client, address) for address in ALL] == [[item.title], [offer.title], [project.title]]
    assert client.get(f"{RESOURCES}{item.pk}/").status_code == 404


# --- what is told ------------------------------------------------------------------------
def test_item_says_all_but_who_told_it(cast: Cast) -> None:
    row = need(cast, contact_name=TELLER_NAME, contact_phone=TELLER, amount="40座", place="九区")

    answer = as_(cast.director).get(f"{NEEDS}{row.pk}/")

    told = answer.json()
    assert [name for name in (TELLER_NAME, TELLER) if name in answer.content.decode()] == []
    assert (told["title"], told["community"]["code"], told["unit"]) == (row.title, "370103015005", None)
    assert (told["shares"], told["free"], told["partners"]) == (1, 1, [])
    assert told["url"] == f"http://testserver/together/items/{row.pk}/"


def test_number_in_the_words_is_masked(cast: Cast) -> None:
    """A need that was told waits for somebody to read it over."""
    row = draft(cast, title=f"找{TELLER}", words=f"电话{TELLER}")

    told = one(as_(cast.community), NEEDS, row.pk)

    assert (told["title"], told["words"]) == ("找199****5101", "电话199****5101")


def test_draft_has_no_public_page(cast: Cast) -> None:
    assert one(as_(cast.community), NEEDS, draft(cast).pk)["url"] is None


def test_unit_is_named_beside_what_it_offers(cast: Cast) -> None:
    offer = one(as_(cast.worker), RESOURCES, hall(cast, unit(cast)).pk)

    assert (offer["unit"], offer["community"]) == ("市第五中学", None)


def test_partners_are_named_and_nothing_more(cast: Cast) -> None:
    row, school = need(cast, shares=2), unit(cast)
    agreed(cast, row, school)
    claimed(row, unit(cast, "社区医院", phone=TWO))

    assert one(as_(cast.worker), NEEDS, row.pk)["partners"] == [
        {"name": "市第五中学", "state": "agreed", "shares": 1},
        {"name": "社区医院", "state": "offered", "shares": 1},
    ]


def test_who_asks_for_a_share_is_no_partner_yet(cast: Cast) -> None:
    row = need(cast)
    agreed(cast, row, unit(cast))
    waiting(fresh(row), unit(cast, "社区医院", phone=TWO))

    assert [partner["name"] for partner in one(as_(cast.worker), NEEDS, row.pk)["partners"]] == ["市第五中学"]


def test_outcome_is_told(cast: Cast) -> None:
    row = accepted(cast, need(cast), unit(cast))

    told = one(as_(cast.worker), NEEDS, row.pk)

    assert (told["state"], told["outcome"]) == ("accepted", "排练了四次，大家满意。")


# --- the list ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"community": "370103015005"}, True),
        ({"community": "370103015003"}, False),
        ({"kind": "space"}, True),
        ({"kind": "funds"}, False),
        ({"state": "published"}, True),
        ({"state": "rated"}, False),
        ({"q": "排练 周六"}, True),
        ({"q": "排练 周日"}, False),
    ],
)
def test_filters_narrow_the_lists(cast: Cast, query: dict[str, str], found: bool) -> None:
    need(cast)

    assert bool(titles(as_(cast.worker), NEEDS, **query)) == found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("community", "1"), ("kind", "gold"), ("state", "x")),
        *(("q", "字" * 61), ("q", "\x00"), ("cursor", "x")),
    ],
)
def test_filters_refuse_nonsense(cast: Cast, name: str, value: str) -> None:
    assert problem(as_(cast.worker).get(NEEDS, {name: value})) == refused(name)


def test_list_is_read_page_by_page(cast: Cast) -> None:
    for number in range(21):
        need(cast, title=f"需求{number}")
    client = as_(cast.worker)

    first = client.get(NEEDS).json()

    assert [row["title"] for row in first["results"]][:2] == ["需求20", "需求19"]
    assert [row["title"] for row in client.get(first["next"]).json()["results"]] == ["需求0"]


@pytest.mark.parametrize("count", [1, 3])
def test_items_cost_the_same_however_many(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    school, hospital = unit(cast), unit(cast, "社区医院", phone=TWO)
    for _number in range(count):
        row = need(cast, shares=2)
        claimed(row, school)
        claimed(row, hospital)
    client = as_(cast.community)
    titles(client)
    with django_assert_num_queries(5):  # key, posts, items, claims, pairs
        assert len(titles(client)) == count
