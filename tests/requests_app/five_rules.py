"""The five rules of the handbook (§3), read once more in Python, apart from the audit's SQL.

`broken` looks at every ticket through the models and says in words what is wrong. It is slow
and meant for the few tickets of a test. The sweep and the passing on of ended posts must have
run before, as beat would have run them.
"""

from collections.abc import Iterator
from datetime import datetime

from grids.models import Leave, Post, User, today
from requests_app.models import ReminderKind, Ticket, TicketEvent
from requests_app.workflow import NAMED, OPEN, RUNNING, DueKind, Level, Status

DUE_KINDS = {
    Status.SUBMITTED: DueKind.ACCEPT,
    Status.ACCEPTED: DueKind.RESOLVE,
    Status.ON_HOLD: DueKind.REVIEW,
    Status.RESOLVED: DueKind.DELIVERY,
    Status.ANSWERED: DueKind.VERDICT,
}
UNANSWERED = (Status.SUBMITTED, Status.ACCEPTED, Status.ON_HOLD)
TELLING = (Status.RESOLVED, Status.DECLINED, Status.MERGED)
"""Where an answer may be on its way to the resident."""
EXPLAINED = ("escalate", "send_back", "hand_over", "decline", "reopen", "unmerge", "close")
"""Steps that somebody of the staff never takes without saying why."""


def broken(at: datetime) -> list[str]:
    """What breaks a rule at this moment: one sentence each, with the ticket's number and state."""
    return [sentence for ticket in every_ticket() for sentence in broken_by(ticket, at)]


def every_ticket() -> list[Ticket]:
    """All tickets with everything that the rules read."""
    shown = Ticket.objects.select_related("grid", "community", "assignee", "parent").order_by("id")
    return list(shown.prefetch_related("answers", "asked", "reminders", "events__text"))


def broken_by(ticket: Ticket, at: datetime) -> list[str]:
    state = f"{ticket.number} {ticket.status} at {ticket.level} v{ticket.version}"
    return [f"{state}: {sentence}" for rule in RULES for sentence in rule(ticket, at)]


def held_by_one(ticket: Ticket, at: datetime) -> Iterator[str]:
    """Rule 1: one unit, one next deadline, and once accepted one person."""
    if ticket.status not in OPEN:
        return
    kind = DueKind.DECISION if ticket.contested_at else DUE_KINDS[Status(ticket.status)]
    if ticket.due_at is None or ticket.due_kind != kind:
        yield f"waits for {ticket.due_kind!r}, not for {kind}"
    if ticket.level != Level.STREET and ticket.holder is None:
        yield "no unit holds it"
    if ticket.status in NAMED and not (ticket.assignee and serves(ticket.assignee, ticket)):
        yield f"nobody who serves there is in charge, but {ticket.assignee and ticket.assignee.username}"
    if ticket.assignee_id in ticket.named_staff:
        yield "in the charge of somebody it complains about"


def serves(person: User, ticket: Ticket) -> bool:
    """Has a post today in the ticket's grid, its community or the street, held or deputised for."""
    posts = Post.objects.current(today())
    stood_in = Leave.objects.on(today()).filter(deputy=person).values("post")
    units = (posts.filter(user=person) | posts.filter(pk__in=stood_in)).values_list(
        "grid", "community", "street"
    )
    return person.is_active and any(
        street or (not ticket.about_staff and (grid or -1, community or -1) in around(ticket))
        for grid, community, street in units
    )


def around(ticket: Ticket) -> tuple[tuple[int, int], ...]:
    """Grid and community of posts that serve the ticket; -1 stands for none."""
    return (ticket.grid_id or 0, -1), (-1, ticket.community_id or 0)


def answered_or_recorded(ticket: Ticket, at: datetime) -> Iterator[str]:
    """Rule 2: nothing is over without an answer that arrived, or the failure on record."""
    answers = [answer for answer in ticket.answers.all() if answer.round == ticket.round]
    if (
        ticket.status == Status.CLOSED
        and ticket.outcome != "withdrawn"
        and not any(a.is_settled for a in answers)
    ):
        yield "closed, and no answer arrived"
    if ticket.answered_at and not (answers and answers[-1].is_settled):
        yield "counts as answered, and the last answer did not arrive"
    if ticket.status in (Status.RESOLVED, Status.ANSWERED, Status.DECLINED) and not answers:
        yield "no answer was written"
    if is_waiting(ticket) and not (ticket.call_since or (ticket.due_at and ticket.due_at > at)):
        yield "the answer's delivery is forgotten"
    if ticket.call_since and not is_waiting(ticket):
        yield "somebody shall call, and there is nothing to tell"
    if ticket.parent and ticket.resolved_at is None and ticket.parent.status not in UNANSWERED:
        yield f"merged into one that is {ticket.parent.status}, without an answer"


def is_waiting(ticket: Ticket) -> bool:
    return ticket.status in TELLING and ticket.resolved_at is not None and ticket.answered_at is None


def every_move_recorded(ticket: Ticket, at: datetime) -> Iterator[str]:
    """Rule 3: versions 1, 2, 3 … each with its entry, and the last one says where the ticket stands."""
    moves = sorted((entry for entry in ticket.events.all() if entry.version), key=version_of)
    if [move.version for move in moves] != list(range(1, ticket.version + 1)):
        yield f"entries {[move.version for move in moves]}"
    here = (ticket.status, ticket.level, ticket.unit_code)
    if moves and (moves[-1].to_status, moves[-1].to_level, moves[-1].to_unit) != here:
        yield f"stands at {here}, the last entry says otherwise"
    for move in moves:
        if move.step in EXPLAINED and move.actor_kind == "staff" and not move.note:
            yield f"no reason was given for {move.step}"


def version_of(entry: TicketEvent) -> int:
    return entry.version or 0


def clock_runs(ticket: Ticket, at: datetime) -> Iterator[str]:
    """Rule 4, and that nobody sleeps over a deadline."""
    is_held = bool(ticket.held_since and ticket.review_at)
    if is_held != (ticket.status == Status.ON_HOLD) and ticket.status != Status.MERGED:
        yield f"held since {ticket.held_since}, review at {ticket.review_at}"
    if ticket.wake_at and ticket.wake_at <= at:
        yield "the sweep left it"
    if ticket.due_at and ticket.due_at > at and not (ticket.wake_at and ticket.wake_at <= ticket.due_at):
        yield f"wakes at {ticket.wake_at}, after its deadline {ticket.due_at}"
    if ticket.question_since and ticket.status != Status.ON_HOLD:
        yield "a question is open and nothing waits for the reply"
    by_itself = ticket.status in (Status.ON_HOLD, Status.ANSWERED) and not ticket.contested_at
    if by_itself and ticket.due_at and ticket.due_at <= at:
        yield "its time is over and the clock did not move it"
    yield from cards_shown(ticket, at)


def cards_shown(ticket: Ticket, at: datetime) -> Iterator[str]:
    """Whoever is late was told so, for this very deadline."""
    told = {mark.kind for mark in ticket.reminders.all() if mark.phase == str(ticket.deadline_no)}
    is_late = ticket.resolve_due is not None and ticket.resolve_due <= at
    if ticket.status in RUNNING and is_late and ReminderKind.RED_CARD not in told:
        yield "overdue without a red card"
    is_waiting = ticket.accept_due is not None and ticket.accept_due <= at
    if ticket.status == Status.SUBMITTED and is_waiting and ReminderKind.ACCEPT_MISSED not in told:
        yield "nobody was told that it is not accepted"


def first_stays(ticket: Ticket, at: datetime) -> Iterator[str]:
    """Rule 5."""
    if ticket.status in NAMED and ticket.first_handler_id is None:
        yield "accepted, and nobody is the first handler"
    moves = {version_of(entry): entry.step for entry in ticket.events.all()}
    accepts = sorted(
        (
            entry
            for entry in ticket.events.all()
            if entry.step == "accept" and moves.get(version_of(entry) + 1) != "undo"
        ),
        key=version_of,
    )
    if accepts and accepts[0].actor_id != ticket.first_handler_id:
        yield "the first handler is not who accepted first"


def requests_agree(ticket: Ticket, at: datetime) -> Iterator[str]:
    """One open request at most, and only while the ticket is in progress."""
    waiting = [asked.kind for asked in ticket.asked.all() if asked.decided_at is None]
    if waiting != ([ticket.open_request] if ticket.open_request else []):
        yield f"says {ticket.open_request!r} is asked, the requests say {waiting}"
    if waiting and ticket.status != Status.ACCEPTED:
        yield "something is asked that nobody can decide"


RULES = (
    held_by_one,
    answered_or_recorded,
    every_move_recorded,
    clock_runs,
    first_stays,
    requests_agree,
)
