"""The shipped checklists: a list for every kind, items that become requests of a kind there is."""

import pytest

from requests_app.categories import shipped as categories
from residents.checklists import load_checklists, shipped
from residents.models import CheckItem
from residents.terms import VenueKind
from wangguan.runner.prepare import STEPS

LISTS = {each["kind"]: each["items"] for each in shipped()}


def test_every_kind_has_a_list() -> None:
    assert set(LISTS) == set(VenueKind.values)


@pytest.mark.parametrize("kind", VenueKind.values)
def test_a_list_fits_on_one_page(kind: str) -> None:
    assert 6 <= len(LISTS[kind]) <= 10


@pytest.mark.parametrize("kind", VenueKind.values)
def test_a_list_says_nothing_twice(kind: str) -> None:
    words = [item["words"] for item in LISTS[kind]]
    assert len(set(words)) == len(words)


def test_every_item_becomes_a_kind_of_request_there_is() -> None:
    known = {row["code"] for row in categories()}
    used = {item["category"] for items in LISTS.values() for item in items}
    assert used - known == set()


@pytest.mark.parametrize("kind", [kind.value for kind in VenueKind if kind.is_small])
def test_ways_out_and_charging_are_looked_at_in_all_nine(kind: str) -> None:
    assert {"1001", "1002"} <= {item["category"] for item in LISTS[kind]}


@pytest.mark.django_db
def test_loading_twice_is_loading_once() -> None:
    first, second = load_checklists(), load_checklists()
    assert (first.created, second.created) == (CheckItem.objects.count(), 0)


@pytest.mark.django_db
def test_a_list_that_somebody_looks_after_stays() -> None:
    load_checklists()
    item = CheckItem.objects.filter(kind=VenueKind.SHOP).first()
    assert item
    item.words = "灭火器就在手边"
    item.save()
    load_checklists()
    assert CheckItem.objects.filter(kind=VenueKind.SHOP).count() == len(LISTS["shop"])


@pytest.mark.django_db
def test_reset_puts_shipped_items_back_in_use() -> None:
    load_checklists()
    CheckItem.objects.filter(kind=VenueKind.SHOP).update(is_used=False, category="1006")
    load_checklists(reset=True)
    shop = CheckItem.objects.filter(kind=VenueKind.SHOP, is_used=True).order_by("order")
    assert list(shop.values_list("category", flat=True)) == [item["category"] for item in LISTS["shop"]]


def test_preparing_loads_them_after_the_categories() -> None:
    commands = [step[1][0] for step in STEPS]
    assert commands.index("load_checklists") == commands.index("load_categories") + 1
