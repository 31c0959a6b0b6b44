"""Was it told already? Near, alike, lately, and only what residents agreed to show."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from grids.locate import Place
from requests_app.models import Category, Ticket
from requests_app.services import RESIDENT, give_verdict, staff, take
from requests_app.similar import Told, like
from tests.cast import Cast
from tests.requests_app.matters import answered, told
from wangguan import clock

LIGHT = "三楼的楼道灯不亮了"
POINT = {"latitude": 36.631, "longitude": 116.931}


def public(cast: Cast, **fields: Any) -> Ticket:
    return told(cast, **{"may_publish": True, **POINT, **fields})


def make_category() -> Category:
    return Category.objects.create(code="0602", name="路灯", line="livelihood", urgency="C")


def found(cast: Cast, words: str = LIGHT, **fields: Any) -> list[Ticket]:
    fields = {"place": Place(cast.grid, cast.community_unit), **POINT, **fields}
    return like(Told(words, **fields))


def test_similar_words_at_the_place_are_found(cast: Cast) -> None:
    ticket = public(cast)
    assert found(cast) == [ticket]


def test_other_words_are_not(cast: Cast) -> None:
    public(cast, description="垃圾桶满了三天没人拉")
    assert found(cast) == []


def test_other_words_of_the_same_category_are(cast: Cast) -> None:
    category = make_category()
    ticket = public(cast, description="单元门口黑乎乎的", category=category)
    assert found(cast, category=category) == [ticket]


def test_what_residents_keep_to_themselves_is_not_shown(cast: Cast) -> None:
    public(cast, may_publish=False)
    assert found(cast) == []


def test_complaints_about_staff_are_never_shown(cast: Cast) -> None:
    public(cast, about_staff=True)
    assert found(cast) == []


@pytest.mark.parametrize(("north", "count"), [(0.0022, 1), (0.0023, 0)])
def test_250_metres_are_near(cast: Cast, north: float, count: int) -> None:
    public(cast, latitude=36.631 + north)
    assert len(found(cast)) == count


def test_a_matter_without_a_point_lies_where_its_building_stands(cast: Cast) -> None:
    place = Place(cast.grid, cast.community_unit, cast.building)
    ticket = public(cast, place=place, latitude=None, longitude=None)
    assert found(cast) == [ticket]


def test_without_a_point_the_whole_grid_counts(cast: Cast) -> None:
    ticket = public(cast, latitude=None, longitude=None)
    assert found(cast, latitude=None, longitude=None) == [ticket]


def test_without_a_point_other_grids_do_not(cast: Cast) -> None:
    public(cast, grid=cast.grid_beside)
    assert found(cast, latitude=None, longitude=None) == []


def test_with_a_point_the_grid_counts_for_what_has_none(cast: Cast) -> None:
    ticket = public(cast, latitude=None, longitude=None)
    assert found(cast) == [ticket]


def test_without_any_place_nothing_is_asked(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert like(Told(LIGHT, Place())) == []


def test_lately_closed_ones_are_shown_for_thirty_days(cast: Cast) -> None:
    ticket = answered(cast, may_publish=True, **POINT)
    give_verdict(ticket, solved=True)
    with clock.at(clock.now() + timedelta(days=29)):
        assert found(cast) == [ticket]
    with clock.at(clock.now() + timedelta(days=31)):
        assert found(cast) == []


def test_withdrawn_ones_are_not(cast: Cast) -> None:
    take(public(cast), "withdraw", by=RESIDENT)
    assert found(cast) == []


def test_a_merged_one_leads_to_its_parent_once(cast: Cast) -> None:
    parent, child = public(cast), public(cast, contact_phone="13800000098")
    take(child, "merge", by=staff(cast.leader), parent=parent)
    assert found(cast) == [parent]


def test_a_merged_one_does_not_lead_to_a_parent_that_is_not_public(cast: Cast) -> None:
    parent, child = public(cast, may_publish=False), public(cast)
    take(child, "merge", by=staff(cast.leader), parent=parent)
    assert found(cast) == []


def test_the_likest_come_first_and_five_at_most(cast: Cast) -> None:
    for _number in range(6):
        public(cast)
    likest = public(cast, description=LIGHT)
    shown = found(cast)
    assert (len(shown), shown[0]) == (5, likest)


@pytest.mark.parametrize("rows", [1, 3])
def test_two_queries_however_many(
    cast: Cast, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(rows):
        public(cast)
    with django_assert_num_queries(2):
        assert [str(ticket.community) for ticket in found(cast)] == ["九区社区"] * rows
