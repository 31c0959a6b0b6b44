"""The tree of categories and its limits."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import IntegrityError

from grids.models import Line
from requests_app.categories import load_categories, shipped
from requests_app.deadlines import DEFAULT_LIMITS, Limit, Limits
from requests_app.models import Category
from requests_app.workflow import Urgency


def test_shipped_tree_is_whole() -> None:
    leaves = [row for row in shipped() if len(row["code"]) == 4]

    assert len(shipped()) - len(leaves) == 13
    assert len(leaves) == 68


def test_shipped_values_are_known() -> None:
    assert {row["line"] for row in shipped()} == set(Line.values)
    assert {row["urgency"] for row in shipped()} == set(Urgency.values)


@pytest.mark.django_db
def test_load_categories_builds_the_tree() -> None:
    load_categories()

    hoarded = Category.objects.get(code="1002")
    assert (hoarded.name, hoarded.parent and hoarded.parent.name) == ("飞线与楼道充电", "安全隐患")
    assert (hoarded.line, hoarded.urgency) == (Line.SAFETY, Urgency.B)


@pytest.mark.django_db
def test_load_categories_twice_changes_nothing() -> None:
    load_categories()

    again = load_categories()

    assert (again.created, again.reset, len(again.kept)) == ([], [], 81)


@pytest.mark.django_db
def test_load_categories_keeps_an_administrators_word() -> None:
    load_categories()
    Category.objects.filter(code="0602").update(name="路灯和楼道灯", resolve_minutes=60)
    Category.objects.filter(code="0601").delete()

    assert load_categories().created == ["0601"]
    assert Category.objects.get(code="0602").name == "路灯和楼道灯"


@pytest.mark.django_db
def test_load_categories_reset_puts_shipped_values_back() -> None:
    call_command("load_categories", verbosity=0)
    Category.objects.filter(code="0602").update(name="路灯和楼道灯", resolve_minutes=60, active=False)

    assert load_categories(reset=True).reset == ["0602"]

    lamp = Category.objects.get(code="0602")
    assert (lamp.name, lamp.resolve_minutes, lamp.active) == ("路灯", None, True)


@pytest.mark.django_db
def test_offered_leaves_out_groups_and_retired() -> None:
    load_categories()
    Category.objects.filter(code="0602").update(active=False)
    Category.objects.filter(code="13").update(active=False)

    assert Category.objects.offered().count() == 68 - 1 - 3


@pytest.mark.parametrize("urgency", Urgency.values)
def test_limits_are_the_urgencys_own(urgency: str) -> None:
    assert Category(urgency=urgency).limits() == DEFAULT_LIMITS[urgency]


def test_limits_of_a_category_replace_the_urgencys() -> None:
    category = Category(urgency=Urgency.C, accept_minutes=30, resolve_working_days=Decimal("1.5"))

    assert category.limits() == Limits(
        accept=Limit(timedelta(minutes=30), working=False),
        resolve=Limit(timedelta(hours=13.5), working=True),
    )


def test_limits_of_another_urgency_are_its_usual_ones() -> None:
    assert Category(urgency=Urgency.C, accept_minutes=30).limits(Urgency.A) == DEFAULT_LIMITS["A"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"line": "unknown"},
        {"urgency": "E"},
        {"accept_minutes": 1, "accept_working_days": 1},
        {"resolve_minutes": 1, "resolve_working_days": 1},
    ],
)
def test_database_refuses_a_category_that_makes_no_sense(fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        Category.objects.create(**{"code": "99", "name": "x", "line": "city", "urgency": "C", **fields})
