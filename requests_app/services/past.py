"""Matters that were told, settled and answered elsewhere before they came to us: kept, never moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from requests_app import clockwork
from requests_app.models import Answer, Reached, Ticket, TicketEvent
from requests_app.services.submit import Matter, drafted, first_entry
from requests_app.workflow import Outcome, Status
from wangguan import clock

BATCH = 500


@dataclass(frozen=True)
class Settled:
    """A matter that came with a file (`matter.came`), and the hotline's answer with its moment."""

    matter: Matter
    answer: str
    answered_at: datetime


def keep_settled(rows: Sequence[Settled]) -> list[Ticket]:
    """Write closed tickets with one entry and one answer each, in the caller's transaction.

    They begin closed: no step is invented, so nobody accepted and nobody gave a verdict; they count as
    residents who did not answer. The first contact known of is the answer. Nobody is told of anything.
    """
    now = clock.now()
    tickets = Ticket.objects.bulk_create((_ticket(row, now) for row in rows), batch_size=BATCH)
    pairs = list(zip(tickets, rows, strict=True))
    TicketEvent.objects.bulk_create(first_entry(ticket, row.matter, now) for ticket, row in pairs)
    Answer.objects.bulk_create(_answer(ticket, row) for ticket, row in pairs)
    return tickets


def _ticket(row: Settled, now: datetime) -> Ticket:
    ticket = drafted(row.matter, now)
    if row.matter.came and row.matter.came.due is None:  # its clock ran there, too
        clockwork.start(ticket, at=ticket.arrived_at)
        ticket.deadline_no = 1
    ticket.status, ticket.outcome = Status.CLOSED, Outcome.SILENT
    ticket.first_contact_at = row.answered_at
    ticket.resolved_at = ticket.answered_at = ticket.closed_at = row.answered_at
    clockwork.settle(ticket)
    return ticket


def _answer(ticket: Ticket, row: Settled) -> Answer:
    return Answer(
        ticket=ticket,
        round=0,
        text=row.answer,
        written_at=row.answered_at,
        reached_at=row.answered_at,
        reached_how=Reached.HOTLINE,
    )
