"""Dialling the resident: every tap on the number leaves an entry."""

from django.db import transaction
from django.utils.translation import gettext as _

from grids.models import User
from requests_app import access
from requests_app.models import Ticket, TicketEvent
from requests_app.services.actor import staff
from requests_app.services.change import Change
from requests_app.workflow import CALLED, RANK_OF_SEAT, STEPS, Level, Seat, Status
from wangguan import auditlog
from wangguan.refusals import Refused
from wangguan.words import storable

REASON_MAX = 200


def may_call(user: User, ticket: Ticket) -> bool:
    """Whether this person sits in the holding unit or above it, and so may ask for the resident's number."""
    return STEPS["accept"].open_to(access.seats(user, ticket), ticket.level)


def needs_reason(user: User, ticket: Ticket) -> bool:
    """Whether this person has to say why: not for one's own matter, nor in a unit that has yet to take it."""
    seats = access.seats(user, ticket)
    if Seat.ASSIGNEE in seats:
        return False
    rank = Level(ticket.level).rank
    in_unit = any(RANK_OF_SEAT.get(seat) == rank for seat in seats)
    return not (in_unit and ticket.status == Status.SUBMITTED)


def dial(ticket: Ticket, *, by: User, reason: str = "") -> TicketEvent:
    """Record that somebody is about to call the resident; the number is given out only after this.

    Raises:
        Refused: the person does not work on the matter, or has to say why and did not.
    """
    reason = storable(reason)[:REASON_MAX]
    if not may_call(by, ticket):
        raise Refused(_("Only those who work on it call the resident."))
    if not reason and needs_reason(by, ticket):
        raise Refused(_("It is in somebody else's hands. Please write why you call."), field="reason")
    with transaction.atomic():
        event = Change(ticket, CALLED, staff(by), reason, free=True).write()
        about = f"requests_app.ticket:{ticket.number}"
        auditlog.write(auditlog.Kind.UNMASKED, actor=by, subject=about, detail={"field": "phone"})
    return event
