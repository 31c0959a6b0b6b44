"""The roll: told by triggers, a step at a time, one roller at a time."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grids.locate import Place
from requests_app.models import Answer, CalendarDay, Ticket, Verdict
from requests_app.services import due, staff, take
from requests_app.statistics import read
from requests_app.statistics.models import AsOf, Cell, Fact, Touched
from requests_app.statistics.services import rebuild, roll
from requests_app.statistics.spans import Span
from requests_app.statistics.tasks import roll_figures
from tests.cast import Cast
from tests.race import at_once
from tests.requests_app.matters import accepted, answered, told
from wangguan import clock

pytestmark = pytest.mark.django_db


def touched() -> set[int]:
    return set(Touched.objects.values_list("ticket", flat=True))


def arrived() -> int:
    return read.figures(Span.last_days(3)).arrived


# --- triggers ----------------------------------------------------------------------------
def test_whatever_counts_names_its_ticket(cast: Cast) -> None:
    ticket = answered(cast)
    given = ticket.answers.get()
    writes = (
        lambda: Ticket.objects.filter(pk=ticket.pk).update(category=None, first_contact_at=clock.now()),
        lambda: Answer.objects.filter(pk=given.pk).update(reached_at=clock.now()),
        lambda: Verdict.objects.create(ticket=ticket, answer=given, solved=True),
    )
    for write in writes:
        roll()
        write()
        assert touched() == {ticket.pk}


def test_a_reminder_names_nobody(cast: Cast) -> None:
    ticket = told(cast)
    roll()
    Ticket.objects.filter(pk=ticket.pk).update(woken_at=clock.now(), wake_at=None, call_since=clock.now())
    assert touched() == set()


def test_a_corrected_calendar_counts_the_time_anew(cast: Cast) -> None:
    monday = clock.now().replace(year=2024, month=3, day=4, hour=2)
    with clock.at(monday):
        ticket = accepted(cast)
    with clock.at(monday + timedelta(days=2)):
        take(ticket, "resolve", by=staff(cast.worker), answer="好了。")
    roll()
    before = Fact.objects.get().minutes
    CalendarDay.objects.create(date=date(2024, 3, 5), is_working=False)
    roll()
    day = before - Fact.objects.get().minutes
    assert day == int(read_day().total_seconds()) // 60


def read_day() -> timedelta:
    from wangguan.workdays import day_length

    return day_length()


# --- rolling -----------------------------------------------------------------------------
def test_steps_end_with_nothing_left_and_say_of_when(cast: Cast) -> None:
    for _ in range(5):
        told(cast)
    now = clock.now() + timedelta(minutes=1)
    with clock.at(now):
        assert roll_figures() >= 5
    assert (touched(), arrived(), read.as_of()) == (set(), 5, now)


def test_a_matter_falls_due_without_a_write(cast: Cast) -> None:
    ticket = told(cast)
    span = Span(clock.now().date(), clock.now().date() + timedelta(days=60))
    roll()
    assert read.figures(span).due == 0
    with clock.at(ticket.resolve_due - timedelta(seconds=1)):  # type: ignore[operator, arg-type]
        roll()
        assert read.figures(span).due == 0
    with clock.at(ticket.resolve_due):  # type: ignore[arg-type]
        roll()
        assert (read.figures(span).due, read.figures(span).overdue) == (1, 1)


def test_a_merged_matter_waits_with_its_parent(cast: Cast) -> None:
    parent, child = accepted(cast), told(cast)
    take(child, "merge", by=staff(cast.leader), parent=parent)
    roll()
    take(Ticket.objects.with_units().get(pk=parent.pk), "resolve", by=staff(cast.worker), answer="好了。")
    roll()
    assert read.figures(Span.last_days(1)).resolved == 2


def test_an_earlier_matter_that_comes_later_makes_a_repeat(cast: Cast) -> None:
    told(cast)
    roll()
    assert read.figures(Span.last_days(3)).repeats == 0
    with clock.at(clock.now() - timedelta(days=20)):
        told(cast)
    roll()
    assert read.figures(Span.last_days(3)).repeats == 1


def test_a_complaint_about_staff_leaves_the_figures(cast: Cast) -> None:
    ticket = told(cast, place=Place(grid=None, community=None, building=None, outside=False))
    roll()
    assert arrived() == 1
    Ticket.objects.filter(pk=ticket.pk).update(about_staff=True)
    roll()
    assert (arrived(), Cell.objects.count()) == (0, 0)


def test_a_roll_asks_as_often_for_three_as_for_one(cast: Cast) -> None:
    counts = []
    for number in (1, 3):
        for _ in range(number):
            told(cast)
        with CaptureQueriesContext(connection) as seen:
            roll()
        counts.append(len(seen))
    assert counts[0] == counts[1]


# --- at once -----------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_rolls_and_steps_at_once_lose_nothing(cast: Cast) -> None:
    tickets = [accepted(cast) for _ in range(4)]
    jobs: list[Callable[[], object]] = [
        roll,
        lambda: take(tickets[0], "resolve", by=staff(cast.worker), answer="好了。"),
        roll,
        lambda: take(tickets[1], "escalate", by=staff(cast.worker), note="办不了"),
        rebuild,
        lambda: told(cast),
        roll,
    ]
    outcomes = at_once(*jobs)
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    roll()
    rolled = list(
        Cell.objects.order_by("grain", "day", "community", "grid", "category", "source", "level").values()
    )
    rebuild()
    rebuilt = list(
        Cell.objects.order_by("grain", "day", "community", "grid", "category", "source", "level").values()
    )
    assert [_plain(row) for row in rolled] == [_plain(row) for row in rebuilt]
    assert arrived() == 5


def _plain(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "id"}


@pytest.mark.django_db(transaction=True)
def test_two_rolls_at_once_count_each_ticket_once(cast: Cast) -> None:
    for _ in range(6):
        told(cast)
    counted = at_once(roll, roll, lambda: roll(step=1))
    roll()
    assert all(isinstance(number, int) for number in counted)
    assert (arrived(), Fact.objects.count(), AsOf.objects.count(), touched()) == (6, 6, 1, set())


def test_the_sweep_and_the_roll_agree_on_what_is_late(cast: Cast) -> None:
    ticket = accepted(cast)
    with clock.at(ticket.resolve_due + timedelta(minutes=1)):  # type: ignore[operator, arg-type]
        due.sweep()
        roll()
        levels = read.now_open()
        assert (sum(row.open for row in levels), sum(row.overdue for row in levels)) == (1, 1)
