"""What falls due by itself: looked for every minute, through one partial index.

Reminders of many tickets are written by a handful of statements. Whatever moves a ticket
(resume, close, an answer nobody opened) goes through `take` like any other step.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from requests_app import clockwork, messages, told_on
from requests_app.clockwork import Alarm
from requests_app.models import Reminder, ReminderKind, Ticket, TicketEvent
from requests_app.roster import Roster
from requests_app.services.actor import SYSTEM
from requests_app.services.delivery import callers
from requests_app.services.steps import take
from requests_app.workflow import FAILED, REMIND, ActorKind, Level
from wangguan import clock
from wangguan.notify import outbox
from wangguan.notify.outbox import Draft

logger = logging.getLogger(__name__)

BATCH = 500
MOVES: dict[str, tuple[str, dict[str, Any]]] = {
    ReminderKind.REVIEW: ("resume", {}),
    ReminderKind.AUTO_CLOSE: ("close", {}),
    ReminderKind.UNOPENED: ("answer", {"how": "unreachable"}),
}
"""Alarms that are a step of the system, with its fields."""


@dataclass
class Sweep:
    """What one sweep did: tickets looked at, reminders written, moves taken."""

    looked_at: int = 0
    reminded: int = 0
    moved: int = 0
    failed: set[int] = field(default_factory=set)


def sweep() -> Sweep:
    """Deal with everything that is due, in batches, until nothing is left."""
    done, more = Sweep(), True
    while more:
        movers, more = _remind_batch(done)
        for ticket_id in movers:
            _move(ticket_id, done)
    return done


def _remind_batch(done: Sweep) -> tuple[list[int], bool]:
    """Send the reminders of one batch; returns the tickets that have to move, and whether more may be due.

    A ticket that must move stays due until it moved, so a crash in between loses nothing.
    """
    now = clock.now()
    with transaction.atomic():
        due = Ticket.objects.filter(wake_at__lte=now).exclude(pk__in=done.failed).order_by("wake_at")
        shown = due.with_units("parent__assignee")
        tickets = list(shown.select_for_update(of=("self",), skip_locked=True, no_key=True)[:BATCH])
        if not tickets:
            return [], False
        alarms = _fresh_alarms(tickets, now)
        _write(tickets, alarms, Roster.whole(), now)
    done.looked_at += len(tickets)
    done.reminded += sum(len(found) for found in alarms.values())
    movers = [ticket.pk for ticket in tickets if _mover(alarms[ticket.pk])]
    return movers, bool(movers) or len(tickets) == BATCH


def _fresh_alarms(tickets: list[Ticket], now: datetime) -> dict[int, list[Alarm]]:
    """For each ticket what fell due and was not sent before."""
    marks = Reminder.objects.filter(ticket__in=tickets).values_list("ticket_id", "kind", "phase")
    sent = set(marks)
    return {
        ticket.pk: [
            alarm
            for alarm in clockwork.due_alarms(ticket, now=now)
            if (ticket.pk, alarm.kind, alarm.phase) not in sent
        ]
        for ticket in tickets
    }


def _mover(alarms: Iterable[Alarm]) -> Alarm | None:
    return next((alarm for alarm in alarms if alarm.kind in MOVES), None)


def _write(tickets: list[Ticket], alarms: dict[int, list[Alarm]], roster: Roster, now: datetime) -> None:
    """Marks, entries, messages and the next wake of every ticket that stays where it is."""
    marks, drafts, entries = [], [], []
    quiet = [ticket for ticket in tickets if not _mover(alarms[ticket.pk])]
    for ticket in quiet:
        for alarm in alarms[ticket.pk]:
            marks.append(Reminder(ticket=ticket, kind=alarm.kind, phase=alarm.phase, at=now))
            drafts += _drafts(alarm, ticket, roster)
            entries += _entries(alarm, ticket, now)
        ticket.woken_at = now
    Reminder.objects.bulk_create(marks, ignore_conflicts=True)
    TicketEvent.objects.bulk_create(entries)
    outbox.add(drafts)
    told_on.tell(entries)
    late = [t.pk for t in quiet if any(a.kind == ReminderKind.UNDELIVERED for a in alarms[t.pk])]
    if late:
        Ticket.objects.filter(pk__in=late, call_since__isnull=True).update(call_since=now)
    _set_wake(quiet, now)


def _set_wake(tickets: list[Ticket], now: datetime) -> None:
    """One statement for the whole batch."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE requests_app_ticket AS ticket SET woken_at = %s, wake_at = due.wake_at
            FROM unnest(%s::bigint[], %s::timestamptz[]) AS due (id, wake_at)
            WHERE ticket.id = due.id
            """,
            [now, [t.pk for t in tickets], [clockwork.next_wake(t) for t in tickets]],
        )


def _drafts(alarm: Alarm, ticket: Ticket, roster: Roster) -> list[Draft]:
    """Who is told of an alarm, in the posts in force now."""
    kind = ReminderKind
    if alarm.kind == kind.VERDICT_AGAIN:
        return messages.verdict_again(ticket, phase=f"r{alarm.phase}")
    holder = roster.in_charge(ticket)
    people = {
        kind.ACCEPT_MISSED: lambda: roster.leaders(ticket) or roster.team(ticket),
        kind.ACCEPT_MISSED_ABOVE: lambda: roster.above(ticket),
        kind.HALF_TIME: lambda: holder,
        kind.YELLOW_CARD: lambda: [*holder, *roster.leaders(ticket)],
        kind.RED_CARD: lambda: [*holder, *roster.leaders(ticket)],
        kind.UNDELIVERED: lambda: callers(ticket, roster),
        kind.DECISION_MISSED: lambda: roster.street_leaders(ticket),
    }[alarm.kind]()
    told = {person.pk: person for person in people}
    drafts = messages.to_staff(alarm.kind, ticket, told.values(), phase=f"p{alarm.phase}")
    if alarm.kind == kind.RED_CARD:
        above = [person for person in roster.above(ticket) if person.pk not in told]
        drafts += messages.to_staff("supervision", ticket, above, phase=f"p{alarm.phase}")
    return drafts


def _entries(alarm: Alarm, ticket: Ticket, now: datetime) -> list[TicketEvent]:
    """A red card and an answer that did not arrive stand in the ticket's own history too."""
    step = {ReminderKind.RED_CARD: REMIND, ReminderKind.UNDELIVERED: FAILED}.get(alarm.kind)
    if step is None:
        return []
    return [
        TicketEvent(
            ticket=ticket,
            step=step,
            actor_kind=ActorKind.SYSTEM,
            from_status=ticket.status,
            to_status=ticket.status,
            from_level=ticket.level,
            to_level=ticket.level,
            from_unit=ticket.unit_code,
            to_unit=ticket.unit_code,
            at=now,
            detail={"supervised_by": _level_above(ticket)} if step == REMIND else {"late": True},
        )
    ]


def _level_above(ticket: Ticket) -> str:
    return {Level.GRID: Level.COMMUNITY}.get(Level(ticket.level), Level.STREET).value


def _move(ticket_id: int, done: Sweep) -> None:
    """Take the system's step on one ticket; somebody who was faster is welcome."""
    now = clock.now()
    try:
        with transaction.atomic():
            rows = Ticket.objects.with_units()
            ticket = rows.select_for_update(of=("self",), skip_locked=True).filter(pk=ticket_id).first()
            if ticket is None or not (alarm := _mover(clockwork.due_alarms(ticket, now=now))):
                done.failed.add(ticket_id)
                return
            name, fields = MOVES[alarm.kind]
            Reminder.objects.get_or_create(ticket=ticket, kind=alarm.kind, phase=alarm.phase)
            ticket.woken_at = now
            ticket.save(update_fields=["woken_at"])
            take(ticket, name, by=SYSTEM, **fields)
            done.moved += 1
    except Exception as error:  # one ticket's trouble must not keep all others waiting
        done.failed.add(ticket_id)
        logger.error("due step failed", extra={"ticket": ticket_id, "why": type(error).__name__})
