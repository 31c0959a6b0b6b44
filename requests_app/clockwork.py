"""A ticket's deadlines and what falls due on the way to them.

These functions set fields of a ticket in memory; the caller writes them with its move.
A deadline is arrival (or reopening) + limit + pauses + extensions (handbook §3).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from requests_app import deadlines
from requests_app.deadlines import Limit, Limits
from requests_app.models import Category, ReminderKind, Ticket
from requests_app.models.category import limits_by_urgency
from requests_app.workflow import DueKind, Status
from wangguan.workdays import WorkingCalendar, current_calendar, day_length

_NOTHING = timedelta(0)


@dataclass(frozen=True)
class Alarm:
    """Something that falls due: what, when, and in which phase of the ticket (once per phase)."""

    kind: ReminderKind
    at: datetime
    phase: str


def limits_for(category: Category | None, urgency: str) -> Limits:
    """The limits to accept and to resolve; a matter without a category has its urgency's own."""
    return category.limits(urgency) if category else limits_by_urgency()[urgency]


def start(ticket: Ticket, *, at: datetime, limits: Limits | None = None) -> None:
    """Start a fresh clock at arrival or reopening."""
    limits = limits or limits_for(ticket.category, ticket.urgency)
    _remember(ticket, limits)
    ticket.limit_given = False
    calendar = current_calendar()
    ticket.clock_started_at = at
    ticket.shifted = _NOTHING
    ticket.accept_due = deadlines.due(at, limits.accept, calendar)
    ticket.base_due = deadlines.due(at, limits.resolve, calendar)
    ticket.deadline_no += 1
    _derive(ticket, calendar)


def start_elsewhere(ticket: Ticket, *, told_at: datetime, due_at: datetime, now: datetime) -> None:
    """Start the clock of a matter whose limit came with it: it has run since it was told there.

    The limit to accept is our own and begins now. The other is kept until the matter is reopened.
    """
    own = limits_for(ticket.category, ticket.urgency)
    start(ticket, at=told_at, limits=own._replace(resolve=Limit(due_at - told_at, working=False)))
    ticket.limit_given = True
    ticket.accept_due = deadlines.due(now, own.accept, current_calendar())


def restart_limits(ticket: Ticket, *, at: datetime) -> None:
    """Put other limits on a running clock (reclassify).

    Never earlier than now + the new limit to accept; pauses and extensions stay. A limit that came with
    the matter stays, too: while it runs, only that to accept follows the category.
    """
    if ticket.limit_given and not (ticket.status == Status.SUBMITTED and _resolve_due(ticket) > at):
        return
    limits = limits_for(ticket.category, ticket.urgency)
    calendar = current_calendar()
    earliest = deadlines.due(at, limits.accept, calendar)
    if ticket.limit_given:
        limits = limits._replace(resolve=_limit(ticket))
    else:
        base = deadlines.due(ticket.clock_started_at, limits.resolve, calendar)
        ticket.base_due = max(base, earliest - ticket.shifted)
    _remember(ticket, limits)
    if ticket.status == Status.SUBMITTED:
        ticket.accept_due = max(deadlines.due(ticket.clock_started_at, limits.accept, calendar), earliest)
    ticket.deadline_no += 1
    _derive(ticket, calendar)


def extend(ticket: Ticket, *, hours: int) -> timedelta:
    """Move the deadline by granted hours; returns the shift. Hours count as the limit does."""
    calendar = current_calendar()
    due = _resolve_due(ticket)
    moved = deadlines.due(due, Limit(timedelta(hours=hours), ticket.limit_working), calendar)
    ticket.deadline_no += 1
    return _shift(ticket, moved - due, calendar)


def resume(ticket: Ticket, *, at: datetime) -> timedelta:
    """Let the clock run again after a hold; returns the shift."""
    calendar = current_calendar()
    due = _resolve_due(ticket)
    moved = deadlines.shift_for_pause(
        due,
        paused_at=ticket.held_since or at,
        resumed_at=at,
        working=ticket.limit_working,
        calendar=calendar,
    )
    ticket.held_since = ticket.review_at = None
    return _shift(ticket, moved - due, calendar)


def review_moment(day: date) -> datetime:
    """The opening hour of the day on which a hold is looked at again."""
    opens = time.fromisoformat(settings.WORKING_HOURS[0])
    return datetime.combine(day, opens, timezone.get_default_timezone())


def settle(ticket: Ticket) -> None:
    """Set the one next deadline and the next reminder from the ticket's state (handbook §3, rule 1)."""
    ticket.due_at, ticket.due_kind = next_deadline(ticket)
    if ticket.due_at and ticket.due_at <= ticket.woken_at:
        # Due already when the sweep last looked for something else: it looks again. What
        # has been told is marked and not told twice.
        ticket.woken_at = ticket.due_at - timedelta(microseconds=1)
    ticket.wake_at = next_wake(ticket)


def next_deadline(ticket: Ticket) -> tuple[datetime | None, str]:
    """What the ticket waits for next, and until when; (None, "") when it waits for nothing."""
    match ticket.status:
        case Status.SUBMITTED:
            return ticket.accept_due, DueKind.ACCEPT
        case Status.ACCEPTED:
            return ticket.resolve_due, DueKind.RESOLVE
        case Status.ON_HOLD:
            return ticket.review_at, DueKind.REVIEW
        case Status.ANSWERED if ticket.contested_at:
            return decision_due(ticket.contested_at), DueKind.DECISION
        case Status.ANSWERED:
            return _after(ticket.answered_at, settings.VERDICT_LIMIT), DueKind.VERDICT
        case Status.RESOLVED | Status.DECLINED | Status.MERGED if (
            ticket.resolved_at and not ticket.answered_at
        ):
            return delivery_due(ticket), DueKind.DELIVERY
    return None, ""


def delivery_due(ticket: Ticket) -> datetime | None:
    """Until when the answer must have reached the resident."""
    if not _is_told_by_person(ticket):
        return _after(ticket.resolved_at, settings.OPENED_LIMIT)
    if ticket.status == Status.DECLINED and ticket.resolved_at:
        return current_calendar().add(ticket.resolved_at, 2 * day_length())
    return _after(ticket.resolved_at, settings.DELIVERY_LIMIT)


def decision_due(contested_at: datetime) -> datetime:
    """Five working days for the street leader after the resident said no for the third time."""
    return current_calendar().add(contested_at, 5 * day_length())


def guessed_years(ticket: Ticket) -> tuple[int, ...]:
    """Years the deadline reaches into whose holidays nobody has published: Monday to Friday counts there."""
    if not ticket.limit_working or ticket.resolve_due is None or not ticket.is_open:
        return ()
    return current_calendar().unpublished_years(ticket.clock_started_at, ticket.resolve_due)


def closes_on(ticket: Ticket) -> date:
    """The day on which an answered ticket closes without a word from its resident."""
    answered = ticket.answered_at or ticket.arrived_at
    return timezone.localdate(answered + settings.VERDICT_LIMIT)


def next_wake(ticket: Ticket) -> datetime | None:
    """When the next reminder falls due that has not gone out."""
    return min((alarm.at for alarm in alarms(ticket) if alarm.at > ticket.woken_at), default=None)


def due_alarms(ticket: Ticket, *, now: datetime) -> list[Alarm]:
    """What fell due since the ticket was last looked at, earliest first."""
    due = (alarm for alarm in alarms(ticket) if ticket.woken_at < alarm.at <= now)
    return sorted(due, key=lambda alarm: alarm.at)


def alarms(ticket: Ticket) -> Iterator[Alarm]:
    """Everything that falls due if nobody moves the ticket."""
    kind = ReminderKind
    match ticket.status:
        case Status.SUBMITTED:
            yield from _running(ticket)
            yield from _accept(ticket)
        case Status.ACCEPTED:
            yield from _running(ticket)
        case Status.ON_HOLD if ticket.review_at:
            yield Alarm(kind.REVIEW, ticket.review_at, _review_phase(ticket))
        case Status.ANSWERED | Status.CLOSED | Status.DECLINED if ticket.answered_at and _is_waiting(ticket):
            yield from _verdict(ticket, ticket.answered_at)
        case _ if (due := next_deadline(ticket)[0]) and ticket.resolved_at:
            # Not by round: a merged ticket may get several answers in one.
            phase = str(int(ticket.resolved_at.timestamp()))
            yield Alarm(kind.UNDELIVERED if _is_told_by_person(ticket) else kind.UNOPENED, due, phase)


def _is_told_by_person(ticket: Ticket) -> bool:
    """When no report says that the answer arrived, somebody calls, or enters it at the hotline."""
    return ticket.has_phone or ticket.is_from_hotline


def _review_phase(ticket: Ticket) -> str:
    """The day of a hold; a question's moment, since a matter may rest for several in a day."""
    asked = ticket.question_since
    return f"q{asked.timestamp():.0f}" if asked else str(ticket.review_at and ticket.review_at.date())


def _is_waiting(ticket: Ticket) -> bool:
    """For the resident's verdict, or for the street leader's decision on a third no."""
    return ticket.status == Status.ANSWERED or ticket.contested_at is not None


def _accept(ticket: Ticket) -> Iterator[Alarm]:
    phase = str(ticket.deadline_no)
    if ticket.accept_due:
        limit = Limit(timedelta(minutes=ticket.accept_minutes), ticket.accept_working)
        above = deadlines.due(ticket.accept_due, limit, current_calendar())
        yield Alarm(ReminderKind.ACCEPT_MISSED, ticket.accept_due, phase)
        yield Alarm(ReminderKind.ACCEPT_MISSED_ABOVE, above, phase)


def _running(ticket: Ticket) -> Iterator[Alarm]:
    phase = str(ticket.deadline_no)
    if ticket.half_at and ticket.yellow_at and ticket.resolve_due:
        yield Alarm(ReminderKind.HALF_TIME, ticket.half_at, phase)
        yield Alarm(ReminderKind.YELLOW_CARD, ticket.yellow_at, phase)
        yield Alarm(ReminderKind.RED_CARD, ticket.resolve_due, phase)


def _verdict(ticket: Ticket, answered_at: datetime) -> Iterator[Alarm]:
    phase = str(ticket.round)
    if ticket.contested_at:
        yield Alarm(ReminderKind.DECISION_MISSED, decision_due(ticket.contested_at), phase)
        return
    if ticket.has_phone:
        yield Alarm(ReminderKind.VERDICT_AGAIN, answered_at + settings.VERDICT_REMINDER_AFTER, phase)
    yield Alarm(ReminderKind.AUTO_CLOSE, answered_at + settings.VERDICT_LIMIT, phase)


def _remember(ticket: Ticket, limits: Limits) -> None:
    """Keep the limits on the ticket, so that changing a category moves nothing that runs."""
    ticket.limit_minutes = int(limits.resolve.span / timedelta(minutes=1))
    ticket.limit_working = limits.resolve.working
    ticket.accept_minutes = int(limits.accept.span / timedelta(minutes=1))
    ticket.accept_working = limits.accept.working


def _shift(ticket: Ticket, by: timedelta, calendar: WorkingCalendar) -> timedelta:
    ticket.shifted += by
    _derive(ticket, calendar)
    return by


def _derive(ticket: Ticket, calendar: WorkingCalendar) -> None:
    """Half-time, yellow card and deadline from the first deadline and its shifts."""
    limit = _limit(ticket)
    ticket.resolve_due = (ticket.base_due or ticket.clock_started_at) + ticket.shifted
    half_left = Limit(-limit.span / 2, limit.working)
    ticket.half_at = deadlines.due(ticket.resolve_due, half_left, calendar)
    ticket.yellow_at = deadlines.yellow(ticket.resolve_due, limit, calendar)


def _limit(ticket: Ticket) -> Limit:
    """The limit to resolve that the clock runs on."""
    return Limit(timedelta(minutes=ticket.limit_minutes), ticket.limit_working)


def _resolve_due(ticket: Ticket) -> datetime:
    return ticket.resolve_due or ticket.clock_started_at


def _after(moment: datetime | None, span: timedelta) -> datetime | None:
    return moment + span if moment else None
