"""The way of a whistle and of each call in it: which steps exist, from where to where, who, and with what.

This table is the only place that knows. Buttons, the database's triggers and the grid of tests are
read from it. Source: handbook §3 (街巷吹哨、部门报到).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What a whistle calls for; how soon departments come is a rule of each kind (`terms`)."""

    EMERGENCY = "emergency", _("Emergency")
    JOINT = "joint", _("Joint enforcement")
    KEY_WORK = "key_work", _("Key work")


class Unit(TextChoices):
    """What a limit counts in; minutes and hours run day and night."""

    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("hours")
    WORKING_DAYS = "working_days", _("working days")


class State(TextChoices):
    """How far a whistle is."""

    DRAFTED = "drafted", _("Waits for approval")
    RETURNED = "returned", _("Returned for change")
    APPROVED = "approved", _("Approved, not blown yet")
    BLOWN = "blown", _("Departments are called")
    CONCLUDED = "concluded", _("Concluded, to be rated")
    ARCHIVED = "archived", _("Archived")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class CallState(TextChoices):
    """How far one department is."""

    WAITING = "waiting", _("Not called yet")
    CALLED = "called", _("Called")
    CHECKED_IN = "checked_in", _("Checked in")
    CONCLUDED = "concluded", _("Concluded")
    MISSED = "missed", _("Did not come")
    RATED = "rated", _("Rated")
    CALLED_OFF = "called_off", _("Called off")


class Seat(StrEnum):
    """As what a person meets one whistle."""

    OFFICE = "office"
    """Dispatcher or section staff: drafts, blows, urges, rates."""
    LEADER = "leader"
    """A street leader; may do all the office may."""
    APPROVER = "approver"
    """A street leader who is not its drafter, or the only one there is."""
    DEPARTMENT = "department"
    """In a post of the department that a call is for."""
    SYSTEM = "system"


DRAFTERS = frozenset({Seat.OFFICE, Seat.LEADER})
NOT_BLOWN = frozenset({State.DRAFTED, State.RETURNED, State.APPROVED})
OVER = frozenset({State.CONCLUDED, State.ARCHIVED, State.WITHDRAWN})


@dataclass(frozen=True)
class Step:
    """One row of the table.

    Attributes:
        starts: states it starts from.
        to: the state it leads to; empty keeps the state.
        who: seats that may take it.
        needs_note: words are asked for.
        of_call: it moves one department's call, not the whole whistle.
        free: changes nothing another step depends on, so it never conflicts.
        warn: what to read before the press, of what cannot be undone.
    """

    name: str
    label: Promise
    starts: frozenset[str]
    to: str
    who: frozenset[Seat]
    needs_note: bool = False
    of_call: bool = False
    free: bool = False
    warn: Promise | str = ""

    def starts_at(self, state: str) -> bool:
        return state in self.starts

    def open_to(self, seats: Iterable[Seat]) -> bool:
        return bool(self.who & frozenset(seats))


_S, _C = State, CallState
_DEPARTMENT = frozenset({Seat.DEPARTMENT})

TABLE = (
    Step("edit", _("Change it"), frozenset({_S.DRAFTED, _S.RETURNED}), _S.DRAFTED, DRAFTERS),
    Step("approve", _("Approve"), frozenset({_S.DRAFTED}), _S.APPROVED, frozenset({Seat.APPROVER})),
    Step(
        "return",
        _("Return for change"),
        frozenset({_S.DRAFTED, _S.APPROVED}),
        _S.RETURNED,
        frozenset({Seat.LEADER}),
        needs_note=True,
    ),
    Step("blow", _("Blow the whistle"), frozenset({_S.APPROVED}), _S.BLOWN, DRAFTERS),
    Step(
        "withdraw",
        _("Withdraw"),
        NOT_BLOWN | {_S.BLOWN},
        _S.WITHDRAWN,
        DRAFTERS,
        needs_note=True,
        warn=_("This cannot be taken back; departments that were called are told not to come."),
    ),
    Step("urge", _("Urge once"), frozenset({_S.BLOWN}), "", DRAFTERS, free=True),
    Step(
        "finish",
        _("End it without waiting"),
        frozenset({_S.BLOWN}),
        _S.CONCLUDED,
        DRAFTERS | {Seat.SYSTEM},
        needs_note=True,
        warn=_("Departments that have not come are recorded as such. This cannot be taken back."),
    ),
    Step("archive", _("Archive"), frozenset({_S.CONCLUDED}), _S.ARCHIVED, DRAFTERS),
    Step("check_in", _("We are here"), frozenset({_C.CALLED}), _C.CHECKED_IN, _DEPARTMENT, of_call=True),
    Step(
        "deed",
        _("Write down what was done"),
        frozenset({_C.CHECKED_IN}),
        "",
        _DEPARTMENT,
        needs_note=True,
        of_call=True,
        free=True,
    ),
    Step(
        "conclude",
        _("Conclude"),
        frozenset({_C.CHECKED_IN}),
        _C.CONCLUDED,
        _DEPARTMENT,
        needs_note=True,
        of_call=True,
        warn=_("Afterwards nothing can be added."),
    ),
    Step(
        "rate",
        _("Rate"),
        frozenset({_C.CONCLUDED, _C.MISSED}),
        _C.RATED,
        DRAFTERS,
        needs_note=True,
        of_call=True,
    ),
)
STEPS = {step.name: step for step in TABLE}
CALL_STEPS = tuple(step for step in TABLE if step.of_call)
WHISTLE_STEPS = tuple(step for step in TABLE if not step.of_call)

DRAFT, REPORTED, CONSENT, DIALLED = "draft", "reported", "consent", "dialled"
HALF, NOBODY, NUDGED = "reminded_half", "nobody", "nudged"
EDGES: dict[str, Promise] = {
    DRAFT: _("Drafted"),
    REPORTED: _("Not checked in within the limit: reported to the street leaders"),
    HALF: _("Half of the limit is over: the department was reminded"),
    NOBODY: _("Nobody is in post in the department: the street leaders were told"),
    NUDGED: _("Not concluded for days: the department was reminded"),
    CONSENT: _("Whether departments may call the resident"),
    DIALLED: _("The department asked for the resident's number"),
}
"""Entries that are not steps."""

_BY_THE_WAY = (
    (_C.WAITING, _C.CALLED),  # blow
    (_C.CALLED, _C.MISSED),  # finish
    (_C.CHECKED_IN, _C.CONCLUDED),  # finish
    (_C.WAITING, _C.CALLED_OFF),  # withdraw
    (_C.CALLED, _C.CALLED_OFF),
    (_C.CHECKED_IN, _C.CALLED_OFF),
)
"""What a step of the whistle does to its calls."""


def state_arrows() -> list[tuple[str, str]]:
    """Pairs of different states that a step of the whistle connects, sorted."""
    return sorted({(a, s.to) for s in WHISTLE_STEPS for a in s.starts if s.to and a != s.to})


def call_arrows() -> list[tuple[str, str]]:
    """The same for a call, with what the whistle's own steps do to it."""
    own = {(a, s.to) for s in CALL_STEPS for a in s.starts if s.to and a != s.to}
    return sorted(own | {(a.value, b.value) for a, b in _BY_THE_WAY})
