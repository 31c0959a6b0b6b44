"""The figures for other systems: who reads which, by what, and what small numbers hide."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.locate import Place
from requests_app.categories import load_categories
from requests_app.models import Category
from requests_app.statistics import read
from requests_app.statistics.definitions import COUNTS, HOURS, MORE_RATES, THREE_RATES
from requests_app.statistics.services import roll
from requests_app.statistics.spans import Span
from tests.cast import Cast
from tests.problems import problem, refused
from tests.requests_app.matters import answered, told
from tests.requests_app.statistics.test_secrecy import MONTH, WHOLE_MONTH, matters
from tests.wangguan.interfaces.caller import caller
from wangguan.interfaces.models import Scope

pytestmark = pytest.mark.django_db
STATISTICS = "/api/v1/statistics/"
FEBRUARY = {"since": "2024-02-01", "until": "2024-02-29"}


def as_(user: Any) -> Client:
    return caller(user, Scope.STATISTICS_READ)


def figures(client: Client, **query: str) -> dict[str, Any]:
    answer = client.get(STATISTICS, query)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def rows(client: Client, by: str, **query: str) -> dict[str | None, int]:
    """How many matters arrived, by the code of what they stand apart by."""
    found = figures(client, by=by, **query)["results"]
    return {row["code"]: row["figures"]["arrived"] for row in found}


# --- the door ----------------------------------------------------------------------------
def test_figures_are_closed_to_strangers(client: Client, db: None) -> None:
    assert client.get(STATISTICS).status_code == 401


def test_figures_need_their_scope(cast: Cast) -> None:
    answer = caller(cast.director, Scope.TICKETS_READ).get(STATISTICS)

    assert problem(answer) == (403, "application/problem+json", [])


@pytest.mark.parametrize("who", ["worker", "leader", "parttime", "department"])
def test_figures_are_the_offices(cast: Cast, who: str) -> None:
    assert problem(as_(getattr(cast, who)).get(STATISTICS))[0] == 403


@pytest.mark.parametrize(
    ("who", "arrived"), [("director", 3), ("auditor", 3), ("community", 1), ("community2", 2)]
)
def test_each_office_reads_its_own(cast: Cast, who: str, arrived: int) -> None:
    told(cast)
    for _number in range(2):
        told(cast, place=Place(cast.grid_far, cast.community_unit2))
    roll()

    assert figures(as_(getattr(cast, who)))["total"]["arrived"] == arrived


@pytest.mark.parametrize("name", ["community", "grid"])
def test_community_cannot_ask_for_another(cast: Cast, name: str) -> None:
    code = {"community": cast.community_unit2.code, "grid": cast.grid_far.code}[name]

    assert problem(as_(cast.community).get(STATISTICS, {name: code})) == refused(name)


def test_community_reads_its_own_row_alone(cast: Cast) -> None:
    told(cast, place=Place(cast.grid_far, cast.community_unit2))
    roll()

    assert rows(as_(cast.community), "community") == {cast.community_unit.code: 0}


def test_no_question_tells_of_anothers_matters(cast: Cast) -> None:
    """The answer stays the same to the letter whatever happens in the other community."""
    matters(cast.community_unit, cast.grid, 12)
    roll()
    client = as_(cast.community_leader)
    asked = [
        {**FEBRUARY, "by": by} for by in ("community", "grid", "line", "source", "level", "day", "month")
    ]
    before = [figures(client, **query) | {"as_of": None} for query in asked]
    matters(cast.community_unit2, cast.grid_far, 9)
    roll()

    assert [figures(client, **query) | {"as_of": None} for query in asked] == before


# --- what is told ------------------------------------------------------------------------
def test_small_numbers_have_no_rate(cast: Cast) -> None:
    matters(cast.community_unit, cast.grid, 9)
    roll()

    total = figures(as_(cast.director), **FEBRUARY)["total"]

    assert (total["response"], total["mean_hours"]) == ({"part": 0, "whole": 9, "percent": None}, None)


def test_ten_cases_have_one(cast: Cast) -> None:
    matters(cast.community_unit, cast.grid, 10)
    roll()

    assert figures(as_(cast.director), **FEBRUARY)["total"]["response"]["percent"] == 0.0


def test_figures_are_those_of_the_page(client: Client, cast: Cast) -> None:
    answered(cast), told(cast)
    matters(cast.community_unit, cast.grid, 10)
    roll()
    client.force_login(cast.director)
    page = client.get(f"/admin/statistics/?{WHOLE_MONTH}").context["numbers"]

    total = figures(as_(cast.director), **FEBRUARY)["total"]

    assert {name: total[name] for name in ("arrived", "resolved", "overdue", "silent", "repeats")} == {
        name: getattr(page, name) for name in ("arrived", "resolved", "overdue", "silent", "repeats")
    }


def test_every_figure_stands_with_its_definition(cast: Cast) -> None:
    found = figures(as_(cast.director))

    shown = {row["name"]: row["sentence"] for row in found["definitions"]}
    every = (*THREE_RATES, *MORE_RATES, *COUNTS, HOURS)
    assert shown == {definition.name: str(definition.sentence) for definition in every}
    assert set(found["total"]) == set(shown)


def test_nothing_counted_yet_is_said(cast: Cast) -> None:
    assert figures(as_(cast.director))["as_of"] is None


def test_moment_of_the_count_is_told(cast: Cast) -> None:
    told(cast)
    roll()

    assert figures(as_(cast.director))["as_of"][:10] == read.as_of().isoformat()[:10]


# --- what is asked -----------------------------------------------------------------------
def test_last_thirty_days_are_meant_where_none_are_named(cast: Cast) -> None:
    found, span = figures(as_(cast.director)), Span.last_days(30)

    assert (found["since"], found["until"]) == (span.first.isoformat(), span.last.isoformat())
    assert (found["by"], found["results"]) == (None, [])


def test_figures_stand_apart_by_unit_and_kind(cast: Cast) -> None:
    load_categories()
    lamp = Category.objects.get(code="0101")
    told(cast, category=lamp)
    roll()
    client = as_(cast.director)

    assert rows(client, "community") == {"370103015003": 0, "370103015005": 1}
    assert rows(client, "grid", community="370103015005") == {cast.grid_beside.code: 0, cast.grid.code: 1}
    assert rows(client, "category") == {"0101": 1}
    assert rows(client, "line")[lamp.line] == 1
    assert rows(client, "source")["web"] == 1
    assert rows(client, "level") == {"grid": 1, "community": 0, "street": 0}


def test_matter_without_a_category_has_no_code(cast: Cast) -> None:
    told(cast)
    roll()

    assert rows(as_(cast.director), "category") == {None: 1}


def test_figures_stand_apart_by_days_in_order(cast: Cast) -> None:
    matters(cast.community_unit, cast.grid, 2, at=MONTH)
    roll()
    client = as_(cast.director)

    assert list(rows(client, "day", since="2024-02-14", until="2024-02-16").items()) == [
        ("2024-02-14", 0),
        ("2024-02-15", 2),
        ("2024-02-16", 0),
    ]
    assert rows(client, "month", **FEBRUARY) == {"2024-02-01": 2}


@pytest.mark.parametrize(
    ("query", "arrived"),
    [
        ({"grid": "370103015005003"}, 1),
        ({"grid": "370103015005002"}, 0),
        ({"category": "01"}, 1),
        ({"category": "0102"}, 0),
        ({"source": "web", "level": "grid"}, 1),
        ({"source": "hotline"}, 0),
        ({"line": "party"}, 0),
    ],
)
def test_filters_narrow_the_figures(cast: Cast, query: dict[str, str], arrived: int) -> None:
    load_categories()
    told(cast, category=Category.objects.get(code="0101"))
    roll()

    assert figures(as_(cast.director), **query)["total"]["arrived"] == arrived


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"by": "worker"}, "by"),
        ({"by": "grid"}, "by"),
        ({"community": "x"}, "community"),
        ({"grid": "370103015005999"}, "grid"),
        ({"category": "9999"}, "category"),
        ({"line": "x"}, "line"),
        ({"source": "x"}, "source"),
        ({"level": "x"}, "level"),
        ({"since": "2024-02-30"}, "since"),
        ({"since": "2020-01-01", "until": "2024-01-01"}, "since"),
        ({"since": "2000-01-01"}, "since"),
        ({"since": "2024-02-02", "until": "2024-02-01"}, "until"),
    ],
)
def test_filters_refuse_nonsense(cast: Cast, query: dict[str, str], field: str) -> None:
    assert problem(as_(cast.director).get(STATISTICS, query)) == refused(field)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("by", "queries"), [("", 4), ("community", 6), ("category", 6), ("day", 5)])
def test_figures_cost_the_same_however_many(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, by: str, queries: int, count: int
) -> None:
    load_categories()
    for category in Category.objects.filter(parent__isnull=False)[:count]:
        told(cast, category=category)
    roll()
    client = as_(cast.director)
    figures(client, by=by)
    with django_assert_num_queries(queries):  # key, posts, the moment, the total, rows, their names
        assert figures(client, by=by)["total"]["arrived"] == count
