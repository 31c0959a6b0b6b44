"""Who is on duty: what they hear, see and may do while their shift lasts, and not a minute longer."""

from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from grids.models import User
from requests_app import access
from requests_app.models import Ticket
from requests_app.services import RESIDENT, staff, take
from requests_app.views import lists
from requests_app.workflow import STEPS
from tests.cast import Cast
from tests.factories import make_shift
from tests.requests_app.matters import accepted, answered, told
from wangguan import clock
from wangguan.notify.models import Message

pytestmark = pytest.mark.django_db
NIGHT = datetime.fromisoformat("2026-03-02T22:00:00+08:00")


def again(user: User) -> User:
    """As the next request knows them."""
    return User.objects.get(pk=user.pk)


def urgent(ticket: Ticket, urgency: str = "A") -> Ticket:
    Ticket.objects.filter(pk=ticket.pk).update(urgency=urgency)
    return Ticket.objects.with_units().get(pk=ticket.pk)


def sees(user: User, ticket: Ticket) -> bool:
    return Ticket.objects.visible_to(again(user)).filter(pk=ticket.pk).exists()


def heard(kind: str, ticket: Ticket) -> set[str]:
    told_of = Message.objects.filter(kind=kind, topic=ticket.number, channel="in_app")
    return {message.user.username for message in told_of if message.user}


# --- seeing and acting -------------------------------------------------------------------
@pytest.mark.parametrize("urgency", ["A", "B", "C", "D"])
def test_a_leader_of_another_grid_sees_what_is_urgent_while_on_duty(cast: Cast, urgency: str) -> None:
    ticket = urgent(told(cast), urgency)
    assert not sees(cast.leader_beside, ticket)
    make_shift(cast.leader_beside, community=cast.community_unit)
    assert sees(cast.leader_beside, ticket) == (urgency in "AB")


@pytest.mark.parametrize("hours", [-1, 1])
def test_before_and_after_the_shift_it_is_closed_to_them(cast: Cast, hours: int) -> None:
    ticket = urgent(told(cast))
    make_shift(cast.leader_beside, community=cast.community_unit, hours=2)
    with clock.at(clock.now() + timedelta(hours=2 * hours)):
        assert not sees(cast.leader_beside, ticket)
        assert access.seats(again(cast.leader_beside), ticket) == frozenset()


def test_the_shift_of_another_community_opens_nothing_here(cast: Cast) -> None:
    ticket = urgent(told(cast))
    make_shift(cast.leader2, community=cast.community_unit2)
    assert not sees(cast.leader2, ticket)


def test_a_communitys_shift_leaves_to_the_street_what_the_street_holds(cast: Cast) -> None:
    ticket = urgent(told(cast))
    for _rung in range(2):
        take(ticket, "escalate", by=staff(cast.director), note="要街道协调")
    make_shift(cast.leader_beside, community=cast.community_unit)
    assert not sees(cast.leader_beside, ticket)
    assert access.seats(again(cast.leader_beside), ticket) == frozenset()


@pytest.mark.parametrize("who", ["parttime", "department", "auditor"])
def test_a_roster_gives_nothing_to_posts_that_are_never_on_duty(cast: Cast, who: str) -> None:
    make_shift(getattr(cast, who), community=cast.community_unit)
    assert again(getattr(cast, who)).watches == frozenset()


def test_the_shift_of_the_street_opens_every_community(cast: Cast) -> None:
    ticket = urgent(told(cast))
    make_shift(cast.community2, community=None)
    assert sees(cast.community2, ticket)


def test_on_duty_one_may_do_what_who_is_in_charge_may(cast: Cast) -> None:
    make_shift(cast.leader_beside, community=cast.community_unit)
    ticket = urgent(told(cast))
    steps = {step.name for step in access.allowed_steps(again(cast.leader_beside), ticket)}
    assert {"accept", "contact", "handle", "escalate"} <= steps
    assert not steps & {"decline", "assign", "reclassify", "merge", "grant_extension"}


def test_what_was_taken_on_duty_stays_in_ones_hands(cast: Cast) -> None:
    make_shift(cast.leader_beside, community=cast.community_unit)
    ticket = urgent(told(cast))
    take(ticket, "accept", by=staff(again(cast.leader_beside)))
    with clock.at(clock.now() + timedelta(days=1)):
        assert sees(cast.leader_beside, ticket)


def test_a_complaint_about_staff_stays_with_the_street(cast: Cast) -> None:
    make_shift(cast.leader_beside, community=cast.community_unit)
    ticket = urgent(told(cast, about_staff=True))
    assert not sees(cast.leader_beside, ticket)
    assert not access.may(again(cast.leader_beside), STEPS["accept"], ticket)


def test_what_is_over_is_closed_again(cast: Cast) -> None:
    make_shift(cast.leader_beside, community=cast.community_unit)
    ticket = urgent(told(cast))
    take(ticket, "withdraw", by=RESIDENT)
    assert access.seats(again(cast.leader_beside), ticket) == frozenset()
    assert not sees(cast.leader_beside, ticket)


def test_what_is_watched_stands_among_ones_own(cast: Cast) -> None:
    ticket, calm = urgent(told(cast)), told(cast)
    make_shift(cast.leader_beside, community=cast.community_unit)
    assert [row.pk for row in lists.ours(again(cast.leader_beside))] == [ticket.pk]
    assert calm.urgency == "C"


def test_being_on_duty_asks_no_further_question(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = again(cast.leader_beside)
    make_shift(cast.leader_beside, community=cast.community_unit)
    with django_assert_num_queries(2):  # posts with what they watch, and the tickets
        list(Ticket.objects.visible_to(user))


# --- hearing -----------------------------------------------------------------------------
def test_duty_hears_of_what_becomes_urgent_at_night(cast: Cast) -> None:
    with clock.at(NIGHT):
        make_shift(cast.leader_beside, community=cast.community_unit)
        ticket = told(cast)
        take(ticket, "reclassify", by=staff(cast.director), urgency="A")
        assert heard("on_duty", ticket) == {"leader_beside"}


def test_duty_hears_of_what_climbs_at_night(cast: Cast) -> None:
    with clock.at(NIGHT):
        make_shift(cast.leader_beside, community=cast.community_unit)
        ticket = urgent(told(cast))
        take(ticket, "escalate", by=staff(cast.leader), note="办不了")
        assert heard("on_duty", ticket) == {"leader_beside"}


def test_duty_hears_of_what_is_reopened_at_night(cast: Cast) -> None:
    with clock.at(NIGHT):
        make_shift(cast.leader_beside, community=cast.community_unit)
        ticket = urgent(answered(cast))
        take(ticket, "reopen", by=staff(cast.director), note="还在漏")
        assert heard("on_duty", ticket) == {"leader_beside"}


def test_who_does_it_is_not_told_of_it(cast: Cast) -> None:
    with clock.at(NIGHT):
        make_shift(cast.leader_beside, community=cast.community_unit)
        ticket = urgent(told(cast))
        take(ticket, "escalate", by=staff(again(cast.leader_beside)), note="要消防")
        assert heard("on_duty", ticket) == set()


@pytest.mark.parametrize(("urgency", "hour"), [("C", 22), ("A", 10)])
def test_what_can_wait_or_comes_by_day_is_told_to_no_duty(cast: Cast, urgency: str, hour: int) -> None:
    with clock.at(NIGHT.replace(hour=hour)):
        make_shift(cast.leader_beside, community=cast.community_unit)
        ticket = urgent(accepted(cast), urgency)
        take(ticket, "escalate", by=staff(cast.leader), note="办不了")
        assert heard("on_duty", ticket) == set()
