"""What falls due by itself: each alarm once, at its time, to the right people."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grids.models import Line, Post, User, today
from requests_app.models import Answer, Category, Ticket
from requests_app.services import RESIDENT, SYSTEM, audit, due, give_verdict, staff, take
from tests.cast import Cast
from tests.factories import make_leave
from tests.requests_app.five_rules import broken
from tests.requests_app.matters import answered, resolved, told
from wangguan import clock
from wangguan.notify.models import Message

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)


def after(**span: float) -> datetime:
    return MONDAY + timedelta(**span)


@pytest.fixture
def street(cast: Cast) -> Iterator[Cast]:
    """The cast on a Monday at ten."""
    with clock.at(MONDAY):
        yield cast


@pytest.fixture
def urgent(street: Cast) -> Category:
    """Urgency B: accept within 2 hours, resolve within 24, round the clock."""
    return Category.objects.create(code="1-1", name="暴露垃圾", urgency="B", line=Line.CITY)


@pytest.fixture
def waiting(street: Cast, urgent: Category) -> Ticket:
    return told(street, category=urgent)


@pytest.fixture
def running(street: Cast, urgent: Category) -> Ticket:
    ticket = told(street, category=urgent)
    take(ticket, "accept", by=staff(street.worker))
    return ticket


def sweep(at: datetime) -> due.Sweep:
    with clock.at(at):
        return due.sweep()


def heard(kind: str, ticket: Ticket, channel: str = "in_app") -> set[User | None]:
    sent = Message.objects.filter(kind=kind, topic=ticket.number, channel=channel).select_related("user")
    return {message.user for message in sent}


def marks(ticket: Ticket) -> list[str]:
    return list(ticket.reminders.order_by("id").values_list("kind", flat=True))


def current(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_related("grid", "community", "category", "assignee").get(pk=ticket.pk)


# --- each once, at its time --------------------------------------------------------------
LIFE = [
    ({"minutes": 119}, []),
    ({"minutes": 120}, ["accept_missed"]),
    ({"hours": 4}, ["accept_missed_above"]),
    ({"hours": 12}, ["half_time"]),
    ({"hours": 18}, ["yellow_card"]),
    ({"hours": 23, "minutes": 59}, []),
    ({"hours": 24}, ["red_card"]),
    ({"days": 9}, []),
]


def test_alarms_of_a_neglected_matter_come_one_by_one(waiting: Ticket) -> None:
    seen: list[str] = []
    for span, fresh in LIFE:
        sweep(after(**span))
        seen += fresh
        assert marks(waiting) == seen, span


def test_second_sweep_finds_nothing(waiting: Ticket) -> None:
    for span, _fresh in LIFE:
        sweep(after(**span))
        assert sweep(after(**span)).looked_at == 0


def test_sweep_that_slept_for_days_tells_everything_once(waiting: Ticket) -> None:
    done = sweep(after(days=3))

    assert (done.looked_at, done.reminded, done.moved) == (1, 5, 0)
    assert len(marks(waiting)) == len(set(marks(waiting))) == 5


def test_working_time_is_counted_on_working_days(street: Cast) -> None:
    """Urgency C told on a Friday afternoon: half after two and a half days, yellow a day before."""
    with clock.at(datetime(2026, 3, 6, 15, 0, tzinfo=SHANGHAI)):
        ticket = told(street)

    assert ticket.resolve_due == datetime(2026, 3, 13, 15, 0, tzinfo=SHANGHAI)
    assert ticket.yellow_at == datetime(2026, 3, 12, 15, 0, tzinfo=SHANGHAI)
    assert ticket.half_at == datetime(2026, 3, 11, 10, 30, tzinfo=SHANGHAI)


# --- to the right people -----------------------------------------------------------------
def test_missed_accept_goes_to_the_leader_then_to_the_community(street: Cast, waiting: Ticket) -> None:
    sweep(after(hours=2))
    assert heard("accept_missed", waiting) == {street.leader}
    assert heard("accept_missed_above", waiting) == set()

    sweep(after(hours=4))
    assert heard("accept_missed_above", waiting) == {street.community, street.community_leader}


def test_half_time_is_the_holders_yellow_the_leaders_too(street: Cast, running: Ticket) -> None:
    sweep(after(hours=20))

    assert heard("half_time", running) == {street.worker}
    assert heard("yellow_card", running) == {street.worker, street.leader}


def test_red_card_is_supervised_by_the_level_above_and_stands_in_the_history(
    street: Cast, running: Ticket
) -> None:
    sweep(after(hours=24))

    entry = running.events.get(step="supervise")
    assert heard("red_card", running) == heard("red_card", running, "sms") == {street.worker, street.leader}
    assert heard("supervision", running) == {street.community, street.community_leader}
    assert (entry.actor_kind, entry.version, entry.detail) == ("system", None, {"supervised_by": "community"})


def test_red_card_at_the_street_is_supervised_by_its_leader(street: Cast, running: Ticket) -> None:
    take(running, "escalate", by=staff(street.worker), note="要协调")
    take(running, "escalate", by=staff(street.community), note="要协调")

    sweep(after(hours=24))

    assert heard("red_card", running) == {street.dispatcher, street.director}
    assert heard("supervision", running) == set(), "the leader has the red card itself"


def test_deputies_are_told_in_the_place_of_those_on_leave(street: Cast, running: Ticket) -> None:
    for absent, deputy in (
        (street.worker, street.leader_beside),
        (street.leader, street.worker2),
        (street.community, street.community2),
    ):
        make_leave(Post.objects.get(user=absent), deputy, ends_on=today() + timedelta(days=3))

    sweep(after(hours=24))

    assert heard("half_time", running) == {street.leader_beside}
    assert heard("red_card", running) == {street.leader_beside, street.worker2}
    assert heard("supervision", running) == {street.community2, street.community_leader}


def test_parttime_workers_deputy_is_told(street: Cast, waiting: Ticket) -> None:
    take(waiting, "assign", by=staff(street.leader), assignee=street.parttime)
    make_leave(Post.objects.get(user=street.parttime), street.specialist)

    sweep(after(hours=12))

    assert heard("half_time", waiting) == {street.specialist}


def test_posts_in_force_when_it_falls_due_decide(street: Cast, waiting: Ticket) -> None:
    newcomer = street.leader_beside
    Post.objects.filter(user=street.leader).update(ends_on=today())
    Post.objects.create(
        user=newcomer, role="grid_leader", grid=street.grid, starts_on=today() + timedelta(days=1)
    )

    sweep(after(hours=20))

    assert newcomer in heard("yellow_card", waiting)
    assert street.leader not in heard("yellow_card", waiting)


def test_complaint_never_reminds_those_it_names(street: Cast, urgent: Category) -> None:
    ticket = told(street, about_staff=True, category=urgent)
    take(ticket, "accept", by=staff(street.dispatcher))
    take(ticket, "reclassify", by=staff(street.director), named_staff=[street.dispatcher])
    assert ticket.assignee == street.director, "nobody else of its section is there"

    sweep(after(days=2))

    assert heard("red_card", ticket) == {street.director}
    assert street.dispatcher not in heard("half_time", ticket) | heard("supervision", ticket)


# --- when messages may go ----------------------------------------------------------------
def test_routine_reminders_wait_for_the_window(running: Ticket) -> None:
    sweep(after(hours=24))

    sms = Message.objects.filter(kind="red_card", channel="sms", topic=running.number)
    assert {message.routine for message in sms} == {True}


def test_reminder_by_night_goes_in_the_morning(street: Cast, urgent: Category) -> None:
    with clock.at(datetime(2026, 3, 2, 22, 0, tzinfo=SHANGHAI)):
        ticket = told(street, category=urgent)
    sweep(datetime(2026, 3, 3, 22, 0, tzinfo=SHANGHAI))

    sms = Message.objects.filter(kind="red_card", channel="sms", topic=ticket.number)
    assert {message.next_try_at for message in sms} == {datetime(2026, 3, 4, 8, 0, tzinfo=SHANGHAI)}


def test_urgency_a_never_waits(street: Cast) -> None:
    gas = Category.objects.create(code="10-4", name="燃气隐患", urgency="A", line=Line.SAFETY)
    with clock.at(datetime(2026, 3, 2, 22, 0, tzinfo=SHANGHAI)):
        ticket = told(street, category=gas)
    midnight = datetime(2026, 3, 3, 0, 0, tzinfo=SHANGHAI)
    sweep(midnight)

    sms = Message.objects.filter(kind="red_card", channel="sms", topic=ticket.number)
    assert {message.next_try_at for message in sms} == {midnight}


# --- answers and verdicts ----------------------------------------------------------------
def test_answer_not_delivered_in_a_day_asks_for_a_call(street: Cast) -> None:
    ticket = resolved(street)

    sweep(after(hours=23))
    assert current(ticket).call_since is None
    sweep(after(hours=24))

    assert current(ticket).call_since == after(hours=24)
    assert heard("undelivered", ticket) == heard("undelivered", ticket, "sms") == {street.worker}
    assert ticket.events.filter(step="delivery_failed").count() == 1


def test_page_not_opened_in_a_week_is_unreachable(street: Cast) -> None:
    ticket = resolved(street, contact_phone="")

    sweep(after(days=6, hours=23))
    assert current(ticket).status == "resolved"
    sweep(after(days=7))

    given = Answer.objects.get(ticket=ticket)
    assert (current(ticket).status, given.unreachable_at) == ("answered", after(days=7))
    assert ticket.events.get(step="answer").actor_kind == "system"


def test_verdict_is_asked_again_after_three_days_saying_when_it_closes(street: Cast) -> None:
    ticket = answered(street)

    sweep(after(days=2, hours=23))
    assert not Message.objects.filter(kind="verdict_again").exists()
    sweep(after(days=3))
    sweep(after(days=4))

    asked = Message.objects.get(kind="verdict_again", topic=ticket.number)
    assert (asked.channel, asked.context["closes_on"]) == ("sms", "2026-03-09")


def test_silence_closes_after_seven_days(street: Cast) -> None:
    ticket = answered(street)

    sweep(after(days=6, hours=23))
    assert current(ticket).status == "answered"
    assert sweep(after(days=7)).moved == 1

    assert (current(ticket).status, current(ticket).outcome) == ("closed", "silent")
    assert audit.violations(at=after(days=7)) == {}


def test_without_a_phone_nobody_is_asked_again_and_silence_closes(street: Cast) -> None:
    ticket = resolved(street, contact_phone="")
    take(ticket, "answer", by=RESIDENT, how="opened")

    sweep(after(days=8))

    assert not Message.objects.filter(topic=ticket.number, channel="sms", user=None).exists()
    assert current(ticket).outcome == "silent"


def test_verdict_in_time_is_not_asked_for_again(street: Cast) -> None:
    ticket = give_verdict(answered(street), solved=True)

    sweep(after(days=8))

    assert not Message.objects.filter(kind="verdict_again").exists()
    assert current(ticket).outcome == "confirmed"


def test_third_no_is_not_closed_in_silence_but_brought_to_mind(street: Cast) -> None:
    ticket = answered(street)
    for _ in range(2):
        ticket = give_verdict(ticket, solved=False, comment="不行")
        take(ticket, "resolve", by=staff(street.dispatcher), answer="又修了")
        take(ticket, "answer", by=staff(street.dispatcher), how="phone")
    give_verdict(ticket, solved=False)

    sweep(after(days=7))

    assert (current(ticket).status, current(ticket).due_kind) == ("answered", "decision")
    assert heard("decision_missed", ticket) == {street.director}


# --- the clock ---------------------------------------------------------------------------
def test_changing_the_categorys_limits_moves_nothing_that_runs(
    street: Cast, waiting: Ticket, urgent: Category
) -> None:
    Category.objects.filter(pk=urgent.pk).update(resolve_minutes=60, accept_minutes=10)
    take(current(waiting), "accept", by=staff(street.worker))

    sweep(after(hours=3))

    assert current(waiting).resolve_due == after(hours=24)
    assert marks(waiting) == []
    assert told(street, category=Category.objects.get(pk=urgent.pk)).resolve_due == after(hours=1)


def test_limits_of_the_running_clock_serve_an_extension_after_the_category_changed(
    street: Cast, running: Ticket, urgent: Category
) -> None:
    Category.objects.filter(pk=urgent.pk).update(urgency="D")
    take(current(running), "request_extension", by=staff(street.worker), hours=10, note="等")

    take(current(running), "grant_extension", by=staff(street.community))

    assert current(running).resolve_due == after(hours=34)


def test_extension_brings_the_cards_anew(street: Cast, running: Ticket) -> None:
    sweep(after(hours=20))
    with clock.at(after(hours=20)):
        take(current(running), "request_extension", by=staff(street.worker), hours=24, note="等")
        take(current(running), "grant_extension", by=staff(street.community))

    sweep(after(hours=47))

    assert marks(running) == ["half_time", "yellow_card", "half_time", "yellow_card"]
    assert heard("red_card", running) == set()


def test_extension_of_an_overdue_matter_that_does_not_suffice_is_red_again(
    street: Cast, running: Ticket
) -> None:
    sweep(after(hours=40))
    with clock.at(after(hours=40)):
        take(current(running), "request_extension", by=staff(street.worker), hours=2, note="等")
        take(current(running), "grant_extension", by=staff(street.community))
    sweep(after(hours=41))

    assert marks(running).count("red_card") == 2
    assert broken(after(hours=41)) == []


def test_hold_silences_the_cards(street: Cast, running: Ticket) -> None:
    take(running, "hold", by=staff(street.community), review_on=after(days=5).date(), note="等")

    sweep(after(days=4))

    assert marks(running) == []


def test_reopened_matter_is_reminded_afresh(street: Cast, running: Ticket) -> None:
    sweep(after(hours=24))
    with clock.at(after(hours=25)):
        take(current(running), "resolve", by=staff(street.worker), answer="已清运")
        take(current(running), "answer", by=SYSTEM, how="sms")
        give_verdict(running, solved=False)
    sweep(after(hours=25 + 24))

    assert marks(running).count("red_card") == 2
    assert heard("red_card", running) >= {street.community}


def test_accepted_in_time_is_not_reminded_of_accepting(running: Ticket) -> None:
    sweep(after(hours=11))

    assert marks(running) == []


# --- trouble -----------------------------------------------------------------------------
def test_crash_in_the_middle_of_a_sweep_loses_nothing(waiting: Ticket) -> None:
    with patch("requests_app.services.due._set_wake", side_effect=RuntimeError), pytest.raises(RuntimeError):
        sweep(after(hours=2))
    assert marks(waiting) == []

    sweep(after(hours=2))

    assert marks(waiting) == ["accept_missed"]


def test_one_ticket_in_trouble_does_not_stop_the_others(street: Cast) -> None:
    tickets = [answered(street) for _ in range(3)]
    real_take = take

    def stumbling(ticket: Ticket, name: str, **fields: Any) -> Any:
        if ticket.pk == tickets[0].pk:
            raise RuntimeError
        return real_take(ticket, name, **fields)

    with patch("requests_app.services.due.take", stumbling):
        done = sweep(after(days=7))

    assert (done.failed, done.moved) == ({tickets[0].pk}, 2)
    assert sweep(after(days=7, minutes=1)).moved == 1


def test_batches_follow_until_nothing_is_left(street: Cast) -> None:
    tickets = [told(street) for _ in range(5)]

    with patch("requests_app.services.due.BATCH", 2):
        done = sweep(after(days=30))

    assert done.looked_at == 5
    assert all("red_card" in marks(ticket) for ticket in tickets)


def test_batch_costs_the_same_for_three_tickets_as_for_one(street: Cast) -> None:
    costs = []
    for rows in (1, 3):
        for _ in range(rows):
            told(street)
        with CaptureQueriesContext(connection) as asked:
            sweep(after(days=rows))
        costs.append(len(asked))

    assert costs[0] == costs[1]
