"""The rates and the promise, counted by hand."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from grids.locate import Place
from requests_app import figures
from requests_app.figures import Rate
from requests_app.models import LedgerDay
from requests_app.services import RESIDENT, staff, take
from requests_app.services.verdict import give_verdict
from tests.cast import Cast
from tests.requests_app.matters import accepted, answered, resolved, told
from wangguan import clock

pytestmark = pytest.mark.django_db


def test_the_promise_adds_up(cast: Cast) -> None:
    told(cast), resolved(cast), answered(cast)
    take(accepted(cast), "withdraw", by=RESIDENT)
    street = figures.count().street
    assert (street.told, street.answered, street.in_time, street.late) == (4, 3, 1, 0)


def test_a_matter_past_its_deadline_is_late(cast: Cast) -> None:
    told(cast)
    street = figures.count(at=clock.now() + timedelta(days=20)).street
    assert (street.answered, street.in_time, street.late) == (0, 0, 1)


def test_a_merged_matter_waits_with_the_one_it_went_into(cast: Cast) -> None:
    take(told(cast), "merge", by=staff(cast.leader), parent=accepted(cast))
    assert figures.count().street.in_time == 2


def test_older_matters_are_left_out(cast: Cast) -> None:
    with clock.at(clock.now() - timedelta(days=31)):
        answered(cast)
    assert figures.count().street.told == 0


def test_a_contact_in_time_counts_as_response(cast: Cast) -> None:
    take(told(cast), "contact", by=staff(cast.worker), how="phone")
    told(cast)
    assert figures.count().street.response == Rate(1, 2)


def test_a_contact_too_late_does_not(cast: Cast) -> None:
    ticket = told(cast)
    with clock.at(clock.now() + timedelta(days=20)):
        take(ticket, "contact", by=staff(cast.worker), how="phone")
        assert figures.count().street.response == Rate(0, 1)


def test_the_newest_verdict_counts_and_silence_stands_apart(cast: Cast) -> None:
    ticket = answered(cast)
    give_verdict(ticket, solved=True, satisfaction=2)
    give_verdict(ticket, solved=True, satisfaction=5)
    answered(cast)
    street = figures.count().street
    assert (street.resolution, street.satisfaction, street.silent) == (Rate(1, 1), Rate(1, 1), 1)


def test_a_complaint_about_staff_is_not_counted_in_public(cast: Cast) -> None:
    told(cast, about_staff=True)
    assert figures.count().street.told == 0


def test_communities_stand_by_code_not_by_volume(cast: Cast) -> None:
    told(cast)
    assert [row.name for row in figures.count().communities] == ["青龙山社区", "九区社区"]


def test_below_ten_no_rate_is_shown() -> None:
    assert (Rate(9, 9).percent, Rate(7, 10).percent) == (None, 70.0)


def test_forgotten_is_what_the_audit_named(cast: Cast) -> None:
    LedgerDay.objects.create(
        day=clock.now().date(), violations={"1_unit": ["WG-1"], "1_person": ["WG-1", "WG-2"]}
    )
    assert figures.count().forgotten == 2


def test_figures_are_counted_once_in_five_minutes(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        figures.current()
    with django_assert_num_queries(0):
        figures.current()


def test_a_small_communitys_rate_is_not_the_street_less_the_others(cast: Cast) -> None:
    """Two communities: hiding the small one alone would leave it to be worked out."""
    far = Place(grid=cast.grid_far, community=cast.community_unit2, building=None, outside=False)
    for _ in range(3):
        told(cast, place=far)
    for number in range(10):
        ticket = told(cast)
        if number % 2:
            take(ticket, "contact", by=staff(cast.worker), how="phone")
    board = figures.count()
    assert [row.response.percent for row in board.communities] == [None, None]
    assert board.street.response.percent == 38.5


def test_where_all_is_full_the_streets_rate_goes_too(cast: Cast) -> None:
    far = Place(grid=cast.grid_far, community=cast.community_unit2, building=None, outside=False)
    for number in range(12):
        ticket = told(cast, **({"place": far} if number < 2 else {}))
        take(ticket, "contact", by=staff(cast.director), how="phone")
    assert figures.count().street.response.percent is None
