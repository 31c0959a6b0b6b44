"""Working on a matter, and asking the unit above for time: extension and hold."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from grids.models import Post, User, today
from requests_app.models import Ticket
from requests_app.refusals import MovedMeanwhile
from requests_app.services import RESIDENT, audit, due, staff, take
from tests.cast import Cast
from tests.requests_app.five_rules import broken
from tests.requests_app.matters import accepted, told
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Told and accepted on a Monday at nine: due five working days of nine hours later."""
    with clock.at(MONDAY):
        return accepted(cast)


def act(ticket: Ticket, step: str, user: User, *, at: datetime = MONDAY, **fields: Any) -> Ticket:
    with clock.at(at):
        take(ticket, step, by=staff(User.objects.get(pk=user.pk)), **fields)
    return ticket


def refused(ticket: Ticket, step: str, user: User, *, at: datetime = MONDAY, **fields: Any) -> Refused:
    with pytest.raises(Refused) as refusal:
        act(ticket, step, user, at=at, **fields)
    return refusal.value


# --- working on it -----------------------------------------------------------------------
def test_first_contact_is_kept(cast: Cast, ticket: Ticket) -> None:
    later = MONDAY + timedelta(hours=1)
    act(ticket, "contact", cast.worker, how="phone", note="约好明天上门")
    act(ticket, "contact", cast.worker, at=later, how="visit")

    ticket.refresh_from_db()
    assert ticket.first_contact_at == MONDAY


def test_try_without_reply_is_no_contact(cast: Cast, ticket: Ticket) -> None:
    act(ticket, "contact", cast.worker, how="no_reply")

    ticket.refresh_from_db()
    assert ticket.first_contact_at is None


@pytest.mark.parametrize("how", ["", "sms", "opened", "pigeon"])
def test_contact_says_how_in_person(cast: Cast, ticket: Ticket, how: str) -> None:
    assert refused(ticket, "contact", cast.worker, how=how).field == "how"


def test_work_never_conflicts(cast: Cast, ticket: Ticket) -> None:
    old = Ticket.objects.get(pk=ticket.pk)
    act(ticket, "escalate", cast.worker, note="要协调")

    act(old, "handle", cast.community, note="已到场")

    assert ticket.events.filter(step="handle", version=None).count() == 1


# --- extension ---------------------------------------------------------------------------
def test_unit_above_is_asked(cast: Cast, ticket: Ticket) -> None:
    act(ticket, "request_extension", cast.worker, hours=9, note="等配件")

    asked = Message.objects.filter(kind="asked_above", topic=ticket.number, channel="in_app")
    assert {message.user for message in asked} == {cast.community, cast.community_leader}
    assert ticket.open_request == "extension"


def test_granted_hours_count_as_the_limit_does(cast: Cast, ticket: Ticket) -> None:
    """Nine working hours are one working day: due on Tuesday instead of Monday."""
    due_before = ticket.resolve_due
    act(ticket, "request_extension", cast.worker, hours=9, note="等配件")

    act(ticket, "grant_extension", cast.community)

    assert due_before == MONDAY + timedelta(days=7)
    assert ticket.resolve_due == MONDAY + timedelta(days=8)
    assert ticket.due_at == ticket.resolve_due


def test_granted_hours_over_a_weekend_skip_it(cast: Cast) -> None:
    with clock.at(FRIDAY):
        urgent = accepted(cast)
    take_at = FRIDAY + timedelta(minutes=5)
    act(urgent, "reclassify", cast.community, at=take_at, urgency="B")
    act(urgent, "request_extension", cast.worker, at=take_at, hours=24, note="等配件")
    act(urgent, "grant_extension", cast.community, at=take_at)

    assert urgent.resolve_due == FRIDAY + timedelta(hours=48), "urgency B counts round the clock"


def test_refused_request_leaves_the_deadline(cast: Cast, ticket: Ticket) -> None:
    due_before = ticket.resolve_due
    act(ticket, "request_extension", cast.worker, hours=9, note="等配件")

    act(ticket, "refuse_extension", cast.community, note="先借一个")

    assert (ticket.resolve_due, ticket.open_request, ticket.asked.get().granted) == (due_before, "", False)
    assert Message.objects.filter(kind="decided", user=cast.worker).count() == 1


def test_whoever_asked_does_not_decide(cast: Cast, ticket: Ticket) -> None:
    act(ticket, "escalate", cast.worker, note="要协调")
    act(ticket, "escalate", cast.community, note="要协调")
    act(ticket, "request_extension", cast.director, hours=9, note="等批复")

    refused(ticket, "grant_extension", cast.director)

    assert Ticket.objects.get(pk=ticket.pk).open_request == "extension"


def test_holder_does_not_decide(cast: Cast, ticket: Ticket) -> None:
    act(ticket, "request_extension", cast.worker, hours=9, note="等配件")

    assert refused(ticket, "grant_extension", cast.leader)


def test_street_leader_decides_for_the_street(cast: Cast, ticket: Ticket) -> None:
    act(ticket, "escalate", cast.worker, note="要协调")
    act(ticket, "escalate", cast.community, note="要协调")
    act(ticket, "request_extension", cast.section, hours=9, note="等批复")

    assert refused(ticket, "grant_extension", cast.dispatcher)
    assert act(ticket, "grant_extension", cast.director).shifted > timedelta(0)


@pytest.mark.parametrize("hours", [0, -1, 241, None, "24"])
def test_hours_asked_for_are_bounded(cast: Cast, ticket: Ticket, hours: object) -> None:
    assert refused(ticket, "request_extension", cast.worker, hours=hours, note="等").field == "hours"


def test_second_request_is_refused_while_one_is_open(cast: Cast, ticket: Ticket) -> None:
    act(ticket, "request_extension", cast.worker, hours=9, note="等配件")

    refused(ticket, "request_hold", cast.worker, review_on=FRIDAY.date(), note="等")


@pytest.mark.parametrize("step", ["escalate", "decline", "merge", "resolve"])
def test_open_request_falls_away_when_the_ticket_moves_on(cast: Cast, ticket: Ticket, step: str) -> None:
    act(ticket, "request_extension", cast.worker, hours=9, note="等配件")
    with clock.at(MONDAY):
        fields: dict[str, Any] = {"note": "换个办法", "answer": "请找物业", "parent": accepted(cast)}

    act(ticket, step, cast.community, **fields)

    assert (ticket.open_request, ticket.asked.get().granted) == ("", None)
    assert ticket.asked.get().decided_at == MONDAY


def test_decision_read_from_an_old_page_is_refused(cast: Cast, ticket: Ticket) -> None:
    act(ticket, "request_extension", cast.worker, hours=9, note="等配件")
    old = Ticket.objects.get(pk=ticket.pk)
    act(ticket, "grant_extension", cast.community)

    assert isinstance(refused(old, "refuse_extension", cast.dispatcher), MovedMeanwhile)


def test_decision_is_told_to_the_holder_when_the_asker_has_gone(cast: Cast, ticket: Ticket) -> None:
    act(ticket, "request_extension", cast.worker, hours=9, note="等配件")
    with clock.at(MONDAY):
        Post.objects.filter(user=cast.worker).update(ends_on=today() - timedelta(days=1))
        act(ticket, "assign", cast.leader, assignee=cast.leader)

    act(ticket, "grant_extension", cast.community)

    assert {m.user for m in Message.objects.filter(kind="decided", channel="in_app")} == {cast.leader}


# --- hold --------------------------------------------------------------------------------
def hold(cast: Cast, ticket: Ticket, *, at: datetime = MONDAY, until: datetime = FRIDAY) -> Ticket:
    return act(ticket, "hold", cast.community, at=at, review_on=until.date(), note="等配件到货")


def test_hold_stops_the_clock(cast: Cast, ticket: Ticket) -> None:
    hold(cast, ticket)

    with clock.at(MONDAY + timedelta(days=3)):
        assert due.sweep().reminded == 0
    assert (ticket.status, ticket.due_kind) == ("on_hold", "review")
    assert ticket.due_at == datetime(2026, 3, 6, 8, 30, tzinfo=MONDAY.tzinfo)


def test_resident_is_told_of_the_hold(cast: Cast, ticket: Ticket) -> None:
    hold(cast, ticket)

    assert Message.objects.filter(kind="on_hold", topic=ticket.number, channel="sms").count() == 1


def test_what_was_left_when_the_clock_stopped_is_left_when_it_runs_again(cast: Cast, ticket: Ticket) -> None:
    hold(cast, ticket, at=MONDAY + timedelta(days=1))

    act(ticket, "resume", cast.worker, at=MONDAY + timedelta(days=3))

    assert ticket.resolve_due == MONDAY + timedelta(days=9), "four working days from Thursday"
    assert audit.violations(at=MONDAY + timedelta(days=3)) == {}


def test_clock_takes_it_up_again_on_the_review_day(cast: Cast, ticket: Ticket) -> None:
    hold(cast, ticket)
    opening = datetime(2026, 3, 6, 8, 30, tzinfo=MONDAY.tzinfo)

    with clock.at(opening - timedelta(minutes=1)):
        due.sweep()
        assert Ticket.objects.get(pk=ticket.pk).status == "on_hold"
    with clock.at(opening):
        due.sweep()
        assert Ticket.objects.get(pk=ticket.pk).status == "accepted"
    assert {m.user for m in Message.objects.filter(kind="review", channel="in_app")} == {cast.worker}


def test_asked_hold_is_put_by_the_unit_above(cast: Cast, ticket: Ticket) -> None:
    act(ticket, "request_hold", cast.worker, review_on=FRIDAY.date(), note="等配件")

    act(ticket, "hold", cast.community)

    assert (ticket.status, ticket.asked.get().granted, ticket.open_request) == ("on_hold", True, "")


def test_refused_hold_leaves_it_in_progress(cast: Cast, ticket: Ticket) -> None:
    act(ticket, "request_hold", cast.worker, review_on=FRIDAY.date(), note="等配件")

    act(ticket, "refuse_hold", cast.community, note="可以先办")

    assert (ticket.status, ticket.asked.get().granted, ticket.open_request) == ("accepted", False, "")


def test_hold_granted_after_the_day_asked_for_needs_another_day(cast: Cast, ticket: Ticket) -> None:
    """A review date that has passed would never come."""
    act(ticket, "request_hold", cast.worker, review_on=(MONDAY + timedelta(days=1)).date(), note="等配件")

    assert refused(ticket, "hold", cast.community, at=FRIDAY).field == "review_on"
    act(
        Ticket.objects.get(pk=ticket.pk),
        "hold",
        cast.community,
        at=FRIDAY,
        review_on=FRIDAY.date() + timedelta(3),
    )


def test_requester_does_not_put_the_hold(cast: Cast, ticket: Ticket) -> None:
    act(ticket, "escalate", cast.worker, note="要协调")
    act(ticket, "escalate", cast.community, note="要协调")
    act(ticket, "request_hold", cast.director, review_on=FRIDAY.date(), note="等批复")

    refused(ticket, "hold", cast.director)


def test_hold_waits_for_the_decision_on_an_extension(cast: Cast, ticket: Ticket) -> None:
    act(ticket, "request_extension", cast.worker, hours=9, note="等配件")

    refused(ticket, "hold", cast.community, review_on=FRIDAY.date(), note="等")


def test_hold_without_a_reason_is_refused(cast: Cast, ticket: Ticket) -> None:
    assert refused(ticket, "hold", cast.community, review_on=FRIDAY.date()).field == "note"


@pytest.mark.parametrize("days", [-1, 0, 367, None])
def test_review_day_lies_ahead(cast: Cast, ticket: Ticket, days: int | None) -> None:
    day = None if days is None else MONDAY.date() + timedelta(days=days)
    assert refused(ticket, "hold", cast.community, review_on=day, note="等").field == "review_on"


def test_overdue_ticket_is_as_late_after_a_hold_as_before(cast: Cast, ticket: Ticket) -> None:
    late = MONDAY + timedelta(days=8)
    hold(cast, ticket, at=late, until=late + timedelta(days=7))

    act(ticket, "resume", cast.worker, at=late + timedelta(days=2))

    assert ticket.resolve_due == MONDAY + timedelta(days=9)


def test_overdue_ticket_gets_its_red_card_even_if_a_hold_came_first(cast: Cast, ticket: Ticket) -> None:
    """The sweep had not yet passed when it was put on hold; it comes back by the sweep itself."""
    late = MONDAY + timedelta(days=7, seconds=30)
    hold(cast, ticket, at=late, until=late + timedelta(days=1))

    with clock.at(late + timedelta(days=2)):
        due.sweep()
        assert broken(clock.now()) == []
    assert ticket.reminders.filter(kind="red_card").count() == 1


def test_held_twice_it_loses_nothing(cast: Cast, ticket: Ticket) -> None:
    hold(cast, ticket, at=MONDAY, until=MONDAY + timedelta(days=2))
    act(ticket, "resume", cast.worker, at=MONDAY + timedelta(days=1))
    hold(cast, ticket, at=MONDAY + timedelta(days=1), until=MONDAY + timedelta(days=3))

    act(ticket, "resume", cast.worker, at=MONDAY + timedelta(days=2))

    assert ticket.resolve_due == MONDAY + timedelta(days=9)
    assert audit.violations(at=MONDAY + timedelta(days=2)) == {}


def test_resident_may_withdraw_a_held_matter(cast: Cast, ticket: Ticket) -> None:
    hold(cast, ticket)
    with clock.at(MONDAY + timedelta(days=1)):
        take(ticket, "withdraw", by=RESIDENT)
        due.sweep()

    assert (ticket.status, ticket.outcome, ticket.wake_at) == ("closed", "withdrawn", None)


def test_waiting_matter_cannot_be_held(cast: Cast) -> None:
    refused(told(cast), "hold", cast.community, at=clock.now(), review_on=today() + timedelta(3), note="等")
