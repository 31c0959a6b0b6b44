"""The way of a ticket: which steps exist, from where to where, and who may take them.

This table is the only place that knows. Buttons on pages, actions in the admin,
`allowed_steps` of the API, the diagram in docs/architecture.md, the database's triggers
and the grid of tests are all read from it.

Source: 王官网格 handbook §3 (docs/handbook.md).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    """How far a matter is."""

    SUBMITTED = "submitted", _("Waiting to be accepted")
    ACCEPTED = "accepted", _("In progress")
    ON_HOLD = "on_hold", _("On hold")
    RESOLVED = "resolved", _("Resolved")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")
    DECLINED = "declined", _("Declined")
    MERGED = "merged", _("Merged")


class Level(TextChoices):
    """Who holds a matter."""

    GRID = "grid", _("Grid")
    COMMUNITY = "community", _("Community")
    STREET = "street", _("Street")

    @property
    def rank(self) -> int:
        """0 for the grid, nearest to people, to 2 for the street."""
        return LADDER.index(self)


LADDER = (Level.GRID, Level.COMMUNITY, Level.STREET)


class Urgency(TextChoices):
    A = "A", _("A: within 2 hours")
    B = "B", _("B: within 24 hours")
    C = "C", _("C: within 5 working days")
    D = "D", _("D: within 15 working days")


URGENT = frozenset({Urgency.A, Urgency.B})
"""What does not wait for the offices to open: whoever is on duty is told."""


class Source(TextChoices):
    WEB = "web", _("Web form")
    QR = "qr", _("QR code")
    WECHAT_GROUP = "wechat_group", _("WeChat group")
    PHONE = "phone", _("Phone call")
    PATROL = "patrol", _("Patrol")
    VISIT = "visit", _("Visit")
    HOTLINE = "hotline", _("12345 hotline")
    API = "api", _("Another system")


class Outcome(TextChoices):
    """Why a matter is closed."""

    CONFIRMED = "confirmed", _("The resident said it is solved")
    SILENT = "silent", _("Closed without a reply from the resident")
    WITHDRAWN = "withdrawn", _("Withdrawn by the resident")
    FINAL = "final", _("Decided by the street")
    VOID = "void", _("Its import was undone")


class DueKind(TextChoices):
    """What the one next deadline of an open matter is for."""

    ACCEPT = "accept", _("accept by")
    RESOLVE = "resolve", _("resolve by")
    REVIEW = "review", _("look again on")
    DELIVERY = "delivery", _("deliver the answer by")
    VERDICT = "verdict", _("closes by itself on")
    DECISION = "decision", _("street decides by")


class ActorKind(TextChoices):
    RESIDENT = "resident", _("Resident")
    STAFF = "staff", _("Staff")
    SYSTEM = "system", _("System")


OPEN = frozenset({Status.SUBMITTED, Status.ACCEPTED, Status.ON_HOLD, Status.RESOLVED, Status.ANSWERED})
"""A matter in one of these still owes somebody something (handbook §3, rule 1)."""

RUNNING = frozenset({Status.SUBMITTED, Status.ACCEPTED})
"""The clock to resolve runs."""

NAMED = OPEN - {Status.SUBMITTED}
"""Somebody by name is responsible."""


class Seat(StrEnum):
    """As what a person meets one particular ticket."""

    GRID_WORKER = "grid_worker"
    GRID_LEADER = "grid_leader"
    COMMUNITY = "community"
    STREET = "street"
    STREET_LEADER = "street_leader"
    ASSIGNEE = "assignee"
    INSTRUCTOR = "instructor"
    RESIDENT = "resident"
    ASKED = "asked"
    """The resident, while a question of ours waits for their reply."""
    DOER = "doer"
    """Whoever took the last move a moment ago, as long as it may be taken back."""
    SYSTEM = "system"


RANK_OF_SEAT = {
    Seat.GRID_WORKER: 0,
    Seat.GRID_LEADER: 0,
    Seat.COMMUNITY: 1,
    Seat.STREET: 2,
    Seat.STREET_LEADER: 2,
}
"""Seats in a unit, by the rung they sit on."""

UNIT = frozenset(RANK_OF_SEAT) | {Seat.ASSIGNEE}
"""“Holding unit”: its people, the person in charge, and any unit above."""
LEADERS = frozenset({Seat.GRID_LEADER, Seat.COMMUNITY, Seat.STREET, Seat.STREET_LEADER})
UPPER = frozenset({Seat.COMMUNITY, Seat.STREET, Seat.STREET_LEADER})


class Climb(StrEnum):
    """How a step changes the level."""

    STAY = "stay"
    UP = "up"
    DOWN = "down"
    HAND_OVER = "hand_over"
    REOPEN = "reopen"
    BACK = "back"

    def targets(self, level: Level) -> tuple[Level, ...]:
        """The levels a ticket may come to from `level`; empty where the step does not exist."""
        match self:
            case Climb.UP:
                return LADDER[level.rank + 1 : level.rank + 2]
            case Climb.DOWN:
                return LADDER[level.rank - 1 : level.rank] if level.rank else ()
            case Climb.HAND_OVER:
                return (Level.GRID, Level.COMMUNITY)
            case Climb.REOPEN:
                return LADDER[level.rank + 1 :] or (Level.STREET,)
            case Climb.BACK:  # to where the step that is taken back began; `arrows` knows the pairs
                return LADDER
        return (level,)


@dataclass(frozen=True, order=True)
class Arrow:
    """One move that may happen to the pair (status, level)."""

    from_status: str
    from_level: str
    to_status: str
    to_level: str
    step: str = field(compare=False)

    def back(self) -> "Arrow":
        """The same way in the other direction, as `undo` takes it."""
        return Arrow(self.to_status, self.to_level, self.from_status, self.from_level, UNDO)


@dataclass(frozen=True)
class Step:
    """One row of the table.

    Attributes:
        arrows: for each status the step starts from, the statuses it may lead to.
        who: seats that may take it. A seat in a unit counts on its own rung and for every rung below.
        above: only a unit above the holder may take it; at street level the street leader.
        climb: what it does to the level.
        needs: form fields that must be filled.
        takes: form fields that may be filled.
        free: changes nothing that another step depends on, so it never conflicts.
        undoable: whoever took it may take it back at once (step `undo`); until then nobody is told.
        told: the sentence a resident reads on the timeline; empty keeps the entry inside.
    """

    name: str
    label: Promise
    arrows: dict[Status, tuple[Status, ...]]
    who: frozenset[Seat]
    hint: Promise | str = ""
    above: bool = False
    climb: Climb = Climb.STAY
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    free: bool = False
    undoable: bool = False
    told: Promise | str = ""

    def starts_at(self, status: str, level: str) -> bool:
        return Status(status) in self.arrows and bool(self.climb.targets(Level(level)))

    def open_to(self, seats: frozenset[Seat], level: str) -> bool:
        """Whether somebody sitting on `seats` may take it for a ticket at `level`."""
        return any(self._admits(seat, Level(level).rank) for seat in seats & self.who)

    def moves(self) -> Iterator["Arrow"]:
        """What it may do to the pair (status, level)."""
        for level, (status, targets) in product(LADDER, self.arrows.items()):
            for target, to_level in product(targets, self.climb.targets(level)):
                yield Arrow(status.value, level.value, target.value, to_level.value, self.name)

    def _admits(self, seat: Seat, rank: int) -> bool:
        own = RANK_OF_SEAT.get(seat)
        if self.above and own is not None:
            return own > rank or (seat is Seat.STREET_LEADER and rank == Level.STREET.rank)
        return own is None or own >= rank


def _stay(*statuses: Status) -> dict[Status, tuple[Status, ...]]:
    return {status: (status,) for status in statuses}


def _to(target: Status, *statuses: Status) -> dict[Status, tuple[Status, ...]]:
    return dict.fromkeys(statuses, (target,))


UNDO = "undo"
_S = Status
_BEFORE_ANSWER = (_S.SUBMITTED, _S.ACCEPTED, _S.ON_HOLD)

TABLE = (
    Step(
        "accept",
        _("Accept"),
        _to(_S.ACCEPTED, _S.SUBMITTED),
        UNIT,
        hint=_("You become responsible by name."),
        takes=("note",),
        undoable=True,
        told=_("Accepted; somebody is responsible for it."),
    ),
    Step(
        "resolve",
        _("Resolve and answer"),
        _to(_S.RESOLVED, _S.ACCEPTED),
        UNIT,
        hint=_("Write what was done; the resident is told at once."),
        needs=("answer",),
        takes=("note", "photos"),
        told=_("Settled; an answer was written."),
    ),
    Step(
        "assign",
        _("Assign to a person"),
        _stay(_S.SUBMITTED, _S.ACCEPTED),
        LEADERS,
        needs=("assignee",),
        takes=("note",),
        undoable=True,
    ),
    Step(
        "contact",
        _("Record a contact"),
        _stay(*_BEFORE_ANSWER),
        UNIT,
        hint=_("How and when you reached the resident."),
        needs=("how",),
        takes=("note",),
        free=True,
        told=_("We have been in touch about it."),
    ),
    Step(
        "handle",
        _("Write down what was done"),
        _stay(*_BEFORE_ANSWER),
        UNIT | {Seat.INSTRUCTOR},
        needs=("note",),
        takes=("photos",),
        free=True,
        told=_("It was worked on."),
    ),
    Step(
        "remark",
        _("Write an internal note"),
        _stay(*_BEFORE_ANSWER, _S.RESOLVED, _S.ANSWERED, _S.DECLINED, _S.MERGED),
        UNIT | {Seat.INSTRUCTOR},
        hint=_("For colleagues; the resident never reads it."),
        needs=("note",),
        free=True,
    ),
    Step(
        "escalate",
        _("Escalate"),
        _stay(_S.SUBMITTED, _S.ACCEPTED),
        UNIT,
        hint=_("The level above takes over; the first handler stays named."),
        climb=Climb.UP,
        needs=("note",),
        told=_("Passed on to the level above."),
    ),
    Step(
        "send_back",
        _("Send back down"),
        _stay(_S.SUBMITTED, _S.ACCEPTED),
        UPPER,
        climb=Climb.DOWN,
        needs=("note",),
        told=_("Passed to the level below, which is nearer."),
    ),
    Step(
        "hand_over",
        _("Hand over"),
        _stay(_S.SUBMITTED, _S.ACCEPTED),
        LEADERS,
        hint=_("To another grid or community."),
        climb=Climb.HAND_OVER,
        needs=("grid", "note"),
        undoable=True,
        told=_("Passed to the unit in charge of the place."),
    ),
    Step(
        "reclassify",
        _("Change category or urgency"),
        _stay(_S.SUBMITTED, _S.ACCEPTED),
        LEADERS,
        takes=("category", "urgency", "named_staff", "note"),
    ),
    Step(
        "request_extension",
        _("Ask for more time"),
        _stay(_S.ACCEPTED),
        UNIT,
        needs=("hours", "note"),
    ),
    Step(
        "grant_extension",
        _("Grant more time"),
        _stay(_S.ACCEPTED),
        UPPER,
        above=True,
        takes=("note",),
        told=_("More time was granted; the new date is shown above."),
    ),
    Step(
        "refuse_extension",
        _("Refuse more time"),
        _stay(_S.ACCEPTED),
        UPPER,
        above=True,
        takes=("note",),
    ),
    Step(
        "request_hold",
        _("Ask to put on hold"),
        _stay(_S.ACCEPTED),
        UNIT,
        hint=_("It cannot be solved now: why, and when to look again."),
        needs=("review_on", "note"),
    ),
    Step(
        "hold",
        _("Put on hold"),
        _to(_S.ON_HOLD, _S.ACCEPTED),
        UPPER,
        above=True,
        takes=("review_on", "note"),
        told=_("It cannot be solved now; we look at it again on the day shown above."),
    ),
    Step(
        "refuse_hold",
        _("Refuse the hold"),
        _stay(_S.ACCEPTED),
        UPPER,
        above=True,
        takes=("note",),
    ),
    Step(
        "ask",
        _("Ask the resident"),
        _to(_S.ON_HOLD, _S.ACCEPTED),
        UNIT,
        hint=_("The matter rests until they reply, two working days at the most."),
        needs=("question",),
        told=_("We asked you something."),
    ),
    Step(
        "refer_to_steward",
        _("Bring it to the Red Steward's table"),
        _stay(_S.ACCEPTED, _S.ON_HOLD),
        UNIT,
        hint=_("The six parties of the estate talk it over; it stays with you and the clock runs on."),
        needs=("note",),
        told=_("Submitted to the estate's Red Steward table, where it will be talked over."),
    ),
    Step(
        "resume",
        _("Take up again"),
        _to(_S.ACCEPTED, _S.ON_HOLD),
        UNIT | {Seat.ASKED, Seat.SYSTEM},
        takes=("note",),
        told=_("Taken up again."),
    ),
    Step(
        "answer",
        _("Record telling the resident"),
        _to(_S.ANSWERED, _S.RESOLVED) | _stay(_S.DECLINED, _S.MERGED),
        UNIT | {Seat.SYSTEM, Seat.RESIDENT},
        hint=_("You told the resident in person or by phone, or could not reach them."),
        needs=("how",),
        takes=("note",),
        told=_("The answer reached you."),
    ),
    Step(
        "close",
        _("Close by decision of the street"),
        _to(_S.CLOSED, _S.ANSWERED),
        frozenset({Seat.RESIDENT, Seat.SYSTEM, Seat.STREET_LEADER}),
        needs=("note",),
        told=_("Closed."),
    ),
    Step(
        "reopen",
        _("Reopen"),
        _to(_S.ACCEPTED, _S.ANSWERED, _S.CLOSED, _S.DECLINED),
        UPPER | {Seat.RESIDENT},
        climb=Climb.REOPEN,
        needs=("note",),
        told=_("Taken up again, one level higher."),
    ),
    Step(
        "decline",
        _("Decline"),
        _to(_S.DECLINED, _S.SUBMITTED, _S.ACCEPTED),
        UPPER,
        hint=_("Out of scope: say why, and where to go instead."),
        needs=("note", "answer"),
        told=_("Not ours to settle; the reason and the right address were written."),
    ),
    Step(
        "withdraw",
        _("Withdraw"),
        _to(_S.CLOSED, *_BEFORE_ANSWER),
        frozenset({Seat.RESIDENT}),
        takes=("note",),
        told=_("You withdrew it."),
    ),
    Step(
        "merge",
        _("Merge into another"),
        _to(_S.MERGED, *_BEFORE_ANSWER),
        LEADERS,
        hint=_("The same matter was told before; its answer goes to this resident too."),
        needs=("parent",),
        takes=("note",),
        told=_("Others told the same matter; you get the same answer."),
    ),
    Step(
        "unmerge",
        _("Take apart again"),
        {_S.MERGED: _BEFORE_ANSWER},
        LEADERS | {Seat.SYSTEM},
        needs=("note",),
        told=_("Looked at on its own again."),
    ),
    Step(
        UNDO,
        _("Take back"),
        {_S.SUBMITTED: (_S.SUBMITTED,), _S.ACCEPTED: (_S.SUBMITTED, _S.ACCEPTED)},
        frozenset({Seat.DOER}),
        hint=_("Only within ten seconds, and only your own last step."),
        climb=Climb.BACK,
    ),
)

STEPS: dict[str, Step] = {step.name: step for step in TABLE}

CREATE = "create"
REMIND = "supervise"
NOTE = "resident_note"
FAILED = "delivery_failed"
PUBLISHED, UNPUBLISHED = "published", "unpublished"
CALLED = "called"
WHISTLED, WHISTLE_OVER = "whistled", "whistle_over"
SUPERVISED, SUPERVISION_ANSWERED, SUPERVISION_JUDGED = "case_opened", "case_answered", "case_judged"
REDRAWN = "redrawn"
IMPORTED, IMPORT_UNDONE = "imported", "import_undone"
EDGES: dict[str, Promise] = {
    CREATE: _("Told"),
    NOTE: _("The resident added something"),
    REMIND: _("Red card: the level above supervises"),
    FAILED: _("The answer could not be delivered; call the resident"),
    "verdict": _("The resident gave a verdict"),
    CALLED: _("The resident's number was dialled"),
    PUBLISHED: _("Made public"),
    UNPUBLISHED: _("No longer public"),
    WHISTLED: _("Departments were called"),
    WHISTLE_OVER: _("The departments have concluded"),
    SUPERVISED: _("Put under supervision"),
    SUPERVISION_ANSWERED: _("The supervision was answered"),
    SUPERVISION_JUDGED: _("The answer to the supervision was judged"),
    REDRAWN: _("Moved along with its grid"),
    IMPORTED: _("Came in with a file of the hotline"),
    IMPORT_UNDONE: _("Its import was undone"),
    "reassign": _("Passed on because a post ended"),
    "shared": _("The answer to the matter it was merged into was written"),
    "answer_try": _("Tried to reach the resident"),
}
"""Entries that are not steps: they never change the level, nor the status but for `IMPORT_UNDONE`."""


def arrows() -> Iterator[Arrow]:
    """Every move the table allows, those that stay where they are included.

    What may be taken back leads both ways, and `undo` goes nowhere else.
    """
    for step in TABLE:
        if step.name != UNDO:
            yield from step.moves()
        if step.undoable:
            yield from (arrow.back() for arrow in step.moves())


def status_arrows() -> list[tuple[str, str]]:
    """Pairs of different statuses that a step connects, sorted."""
    return sorted({(a.from_status, a.to_status) for a in arrows() if a.from_status != a.to_status})


def diagram() -> str:
    """The table as a Mermaid state diagram, for docs/architecture.md."""
    names: dict[tuple[str, str], list[str]] = {}
    for step in TABLE:
        for status, targets in step.arrows.items():
            for target in targets:
                if target != status:
                    names.setdefault((status.value, target.value), []).append(step.name)
    lines = [f"    {a} --> {b}: {', '.join(steps)}" for (a, b), steps in names.items()]
    ends = [f"    {s.value} --> [*]" for s in (_S.CLOSED,)]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {_S.SUBMITTED.value}", *lines, *ends])
