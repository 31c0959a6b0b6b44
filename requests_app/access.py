"""Who may do what with one ticket: together with `visible_to`, the only door."""

from django.conf import settings
from django.utils.translation import gettext as _

from grids.models import Post, Role, User
from requests_app import tables
from requests_app.models import OpenRequestKind, Ticket
from requests_app.workflow import OPEN, TABLE, UPPER, URGENT, Level, Outcome, Seat, Status, Step
from wangguan import clock

_SEAT_OF_GRID_ROLE = {
    Role.GRID_LEADER: Seat.GRID_LEADER,
    Role.FULL_TIME_WORKER: Seat.GRID_WORKER,
    Role.GRID_INSTRUCTOR: Seat.INSTRUCTOR,
}


def seats(user: User, ticket: Ticket) -> frozenset[Seat]:
    """As what `user` meets `ticket` today."""
    if not user.is_active or (ticket.about_staff and user.pk in ticket.named_staff):
        return frozenset()
    found = {seat for post in user.current_posts if (seat := _seat(post, user, ticket))}
    if ticket.undo_by_id == user.pk and user.current_posts:
        found.add(Seat.DOER)
    if ticket.about_staff:
        return frozenset(found & {Seat.STREET, Seat.STREET_LEADER, Seat.DOER})
    if any(_in_charge(post, user, ticket) for post in user.current_posts):
        found.add(Seat.ASSIGNEE)
    if _watches(user, ticket):
        found.add(Seat.ASSIGNEE)
    return frozenset(found)


def resident_seats(ticket: Ticket) -> frozenset[Seat]:
    """As what whoever holds the ticket's address meets it."""
    return frozenset({Seat.RESIDENT, Seat.ASKED} if ticket.question_since else {Seat.RESIDENT})


def _in_charge(post: Post, user: User, ticket: Ticket) -> bool:
    """In person, or standing in for whoever is in charge, in a post of the ticket's grid."""
    if ticket.assignee_id == user.pk:
        return True
    return post.user_id == ticket.assignee_id and post.grid_id is not None and post.grid_id == ticket.grid_id


def _watches(user: User, ticket: Ticket) -> bool:
    """On duty now for its unit or the whole street, and it is urgent: in place of who is in charge."""
    own = None if ticket.level == Level.STREET else ticket.community_id
    return bool(user.watches & {None, own}) and ticket.urgency in URGENT and ticket.status in OPEN


def _seat(post: Post, user: User, ticket: Ticket) -> Seat | None:
    match post.role:
        case Role.STREET_LEADER:
            return Seat.STREET_LEADER
        case Role.DISPATCHER:
            return Seat.STREET
        case Role.SECTION_STAFF:
            holder = user if post.user_id == user.pk else post.user
            return Seat.STREET if not ticket.section or ticket.section in holder.sections else None
        case Role.COMMUNITY_LEADER | Role.COMMUNITY_STAFF:
            return Seat.COMMUNITY if post.community_id == ticket.community_id else None
    return _SEAT_OF_GRID_ROLE.get(Role(post.role)) if post.grid_id == ticket.grid_id else None


def may(user: User, step: Step, ticket: Ticket) -> bool:
    """Whether `user` may take `step` on `ticket` as it stands."""
    starts = step.starts_at(ticket.status, ticket.level) and fits(step, ticket)
    return starts and step.open_to(seats(user, ticket), ticket.level)


def allowed_steps(user: User, ticket: Ticket) -> list[Step]:
    """The steps to offer, in the order of the table."""
    return _open_to(seats(user, ticket), ticket)


def resident_steps(ticket: Ticket) -> list[str]:
    """Names of the steps open to the resident who holds the ticket's address."""
    return [step.name for step in _open_to(resident_seats(ticket), ticket)]


def _open_to(held: frozenset[Seat], ticket: Ticket) -> list[Step]:
    starting = (step for step in TABLE if step.starts_at(ticket.status, ticket.level))
    return [step for step in starting if step.open_to(held, ticket.level) and fits(step, ticket)]


def may_publish(user: User, ticket: Ticket) -> bool:
    """Whether this person decides what of the ticket everybody may read: its community or the street."""
    return bool(seats(user, ticket) & UPPER)


def why_not_public(user: User, ticket: Ticket) -> str:
    """Why this person cannot let everybody read the ticket now; empty when they can.

    An open one can be read by other systems; the board wants its answer (`has_public_answer`).
    """
    if not may_publish(user, ticket):
        return _("Only the community and the street put matters on the board.")
    if not ticket.may_publish or ticket.about_staff:
        return _("The resident did not agree that it is shown in public.")
    if ticket.contested_at or not (ticket.status in OPEN or has_public_answer(ticket)):
        return _("Only a matter that has its answer is put on the board.")
    return ""


def has_public_answer(ticket: Ticket) -> bool:
    """Whether its answer reached the resident and may stand on the board; an open matter has none yet."""
    over = ticket.outcome in (Outcome.WITHDRAWN, Outcome.VOID)
    return ticket.status in (Status.ANSWERED, Status.CLOSED) and not over


def fits(step: Step, ticket: Ticket) -> bool:
    """Whether the ticket's own state, beyond status and level, lets the step start."""
    match step.name:
        case "request_extension" | "request_hold" | "ask":
            return not ticket.open_request
        case "grant_extension" | "refuse_extension":
            return ticket.open_request == OpenRequestKind.EXTENSION
        case "refuse_hold":
            return ticket.open_request == OpenRequestKind.HOLD
        case "answer":
            return ticket.answered_at is None and ticket.resolved_at is not None
        case "reopen":
            return _may_reopen(ticket)
        case "send_back":
            return not ticket.about_staff and _has_unit_below(ticket)
        case "hand_over" | "merge":
            return not ticket.about_staff
        case "refer_to_steward":
            return tables.open_to(ticket)
        case "undo":
            return ticket.is_undoable()
    return True


def _may_reopen(ticket: Ticket) -> bool:
    if ticket.status != Status.CLOSED or ticket.closed_at is None:
        return True
    in_time = clock.now() <= ticket.closed_at + settings.REOPEN_WITHIN
    return in_time and ticket.outcome not in (Outcome.WITHDRAWN, Outcome.FINAL, Outcome.VOID)


def _has_unit_below(ticket: Ticket) -> bool:
    return bool(ticket.community_id if ticket.level == Level.STREET else ticket.grid_id)
