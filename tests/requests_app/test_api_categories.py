"""The tree of categories for other systems."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from requests_app.categories import load_categories
from requests_app.models import Category
from tests.cast import Cast
from tests.problems import problem
from tests.wangguan.interfaces.caller import caller
from wangguan.interfaces.models import Scope

pytestmark = pytest.mark.django_db
CATEGORIES = "/api/v1/categories/"


@pytest.fixture
def system(cast: Cast) -> Client:
    load_categories()
    return caller(cast.worker, Scope.TERRITORY_READ)


def test_categories_are_closed_to_strangers(client: Client, db: None) -> None:
    assert client.get(CATEGORIES).status_code == 401


def test_categories_need_their_scope(cast: Cast) -> None:
    assert problem(caller(cast.director, Scope.LISTS_READ).get(CATEGORIES))[0] == 403


def test_categories_stand_in_their_groups(system: Client) -> None:
    groups = system.get(CATEGORIES).json()["results"]

    assert {group["code"]: len(group["categories"]) for group in groups} == {
        group.code: group.children.count() for group in Category.objects.filter(parent=None)
    }
    assert all(each["code"].startswith(group["code"]) for group in groups for each in group["categories"])


def test_category_tells_its_limits_in_their_own_unit(system: Client) -> None:
    Category.objects.filter(code="0101").update(
        urgency="C",
        accept_minutes=45,
        accept_working_days=None,
        resolve_minutes=None,
        resolve_working_days=2.5,
    )

    group = system.get(CATEGORIES).json()["results"][0]

    shown = next(each for each in group["categories"] if each["code"] == "0101")
    assert (shown["urgency"], shown["limits"]) == (
        "C",
        {
            "accept": {"minutes": 45, "working_days": None},
            "resolve": {"minutes": None, "working_days": 2.5},
        },
    )


def test_category_out_of_use_is_not_offered(system: Client) -> None:
    Category.objects.filter(code="0101").update(active=False)

    codes = [each["code"] for each in system.get(CATEGORIES).json()["results"][0]["categories"]]

    assert "0101" not in codes


@pytest.mark.parametrize("count", [1, 3])
def test_categories_cost_the_same_however_many(
    system: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    kept = Category.objects.offered().order_by("code").values_list("pk", flat=True)[:count]
    Category.objects.filter(parent__isnull=False).exclude(pk__in=list(kept)).update(active=False)
    system.get(CATEGORIES)
    with django_assert_num_queries(2):  # key, categories
        groups = system.get(CATEGORIES).json()["results"]
    assert sum(len(group["categories"]) for group in groups) == count
