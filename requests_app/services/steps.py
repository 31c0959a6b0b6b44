"""Taking a step: the table says whether, a handler says what changes, one move writes it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app import access, workflow
from requests_app.models import Ticket, TicketEvent
from requests_app.refusals import MovedMeanwhile, UnknownStep
from requests_app.services import photos
from requests_app.services.actor import Actor
from requests_app.services.change import Change
from requests_app.workflow import STEPS, UNDO, ActorKind, Seat, Status, Step
from wangguan.refusals import Refused
from wangguan.words import storable

Handler = Callable[[Change], None]
HANDLERS: dict[str, Handler] = {}
UNVERSIONED = ("woken_at", "call_since", "first_contact_at")
"""Columns of a ticket that are also written without a move."""
TOO_LATE = gettext_lazy(
    "It is too late to take it back: colleagues are being told. Take the next step instead."
)


def does(name: str) -> Callable[[Handler], Handler]:
    """Make a function the handler of the step called `name`."""

    def register(handler: Handler) -> Handler:
        HANDLERS[STEPS[name].name] = handler
        return handler

    return register


def take(
    ticket: Ticket,
    name: str,
    *,
    by: Actor,
    note: str = "",
    action_id: UUID | None = None,
    version: int | None = None,
    **fields: Any,
) -> TicketEvent:
    """Take the step called `name` and return its entry.

    `fields` are the step's own: `answer`, `assignee` (User), `target` (Grid or Community), `hours`,
    `review_on` (date), `parent` (Ticket), `category`, `urgency`, `named_staff`, `how`,
    `question`, `photos`.
    `version` is the one the actor saw; the same `action_id` again returns the first entry.

    Raises:
        UnknownStep: there is no such step.
        Refused: it cannot be taken now, by this actor, or with these fields.
        MovedMeanwhile: somebody else moved the ticket first; nothing was written.
    """
    step = STEPS.get(name)
    if step is None:
        raise UnknownStep(_("There is no such step."))
    if first := _first_of(ticket, action_id):
        return first
    kept = photos.store(fields.pop("photos", None) or ())
    try:
        with transaction.atomic():
            if not step.free:
                _hold_still(ticket, fields.get("parent"))
            change = Change(ticket, step.name, by, storable(note), fields, action_id, step.free)
            _check(step, change, seen=version)
            HANDLERS[step.name](change)
            _check_arrow(step, change)
            event = change.write()
            photos.attach(kept, ticket=ticket, event=event, by=by.user)
            return event
    except (MovedMeanwhile, IntegrityError):
        if first := _first_of(ticket, action_id):
            return first
        raise


def why_not(ticket: Ticket, name: str, *, by: Actor) -> str:
    """Why this actor cannot take the step now, whatever its fields; empty when they can."""
    step = STEPS[name]
    if name == UNDO:
        return _no_way_back(ticket, by)
    if not step.starts_at(ticket.status, ticket.level) or not access.fits(step, ticket):
        return _no_start(step, ticket, by)
    return "" if step.open_to(by.seats(ticket), ticket.level) else _not_yours(step)


def _no_way_back(ticket: Ticket, actor: Actor) -> str:
    if ticket.undo_until is None:
        return _("There is nothing to take back: the matter has moved on.")
    if Seat.DOER not in actor.seats(ticket):
        return _("Only whoever took the last step may take it back.")
    return "" if ticket.is_undoable() else str(TOO_LATE)


def _hold_still(ticket: Ticket, parent: Ticket | None) -> None:
    """Lock the ticket, and the one it shall be merged into, before anything that belongs to it.

    A second step, a delivery report and the answer of a parent wait here for each other, in
    one order; whoever comes second learns it before a handler reads what is no longer so.

    Raises:
        MovedMeanwhile: the ticket moved since it was read.
    """
    keys = [row.pk for row in (ticket, parent) if row]
    locked = Ticket.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True)
    rows = {row.pop("pk"): row for row in locked.values("pk", "version", *UNVERSIONED)}
    now = rows[ticket.pk]
    if now.pop("version") != ticket.version:
        raise MovedMeanwhile(ticket)
    for name, value in now.items():
        setattr(ticket, name, value)


def _first_of(ticket: Ticket, action_id: UUID | None) -> TicketEvent | None:
    if action_id is None:
        return None
    return TicketEvent.objects.filter(ticket=ticket, action_id=action_id).first()


def _check(step: Step, change: Change, *, seen: int | None) -> None:
    ticket = change.ticket
    if seen is not None and seen != ticket.version and not step.free:
        raise MovedMeanwhile(ticket)
    if sentence := why_not(ticket, step.name, by=change.actor):
        raise Refused(sentence)
    if "note" in step.needs and not change.note and change.actor.kind is ActorKind.STAFF:
        raise Refused(_("Please write why, so that everybody can follow it later."), field="note")


def _check_arrow(step: Step, change: Change) -> None:
    """A handler that leaves the table is a mistake of ours, found before the trigger finds it."""
    before = Status(change.before["status"])
    if change.step == step.name and Status(change.ticket.status) not in step.arrows[before]:
        raise RuntimeError(f"{step.name} may not lead from {before} to {change.ticket.status}")


def _no_start(step: Step, ticket: Ticket, actor: Actor) -> str:
    """What the person can do instead of a step that does not start here."""
    allowed = access.allowed_steps(actor.user, ticket) if actor.user else []
    offered = [str(other.label) for other in allowed]
    now = _("“%(step)s” is not possible now: the matter is “%(status)s” at the level “%(level)s”.") % {
        "step": step.label,
        "status": ticket.get_status_display(),
        "level": ticket.get_level_display(),
    }
    if not offered:
        return now
    return now + " " + _("You can: %(steps)s.") % {"steps": ", ".join(offered)}


_WHO = {
    Seat.GRID_LEADER: workflow.Level.GRID.label,
    Seat.COMMUNITY: workflow.Level.COMMUNITY.label,
    Seat.STREET: workflow.Level.STREET.label,
}


def _not_yours(step: Step) -> str:
    if step.above:
        return _("“%(step)s” is for the unit above the one that holds the matter.") % {"step": step.label}
    who = [str(label) for seat, label in _WHO.items() if seat in step.who]
    if not who:
        return _("“%(step)s” is for the resident or the street leader.") % {"step": step.label}
    return _("“%(step)s” is for: %(who)s, from the level that holds the matter upward.") % {
        "step": step.label,
        "who": ", ".join(who),
    }
