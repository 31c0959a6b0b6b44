"""The way of a meeting, of a topic and of an action: which steps exist, from where to where, and whose.

These tables are the only place that knows; buttons, triggers and the grid of tests are read from them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class MeetingState(TextChoices):
    """How far a meeting is."""

    PLANNED = "planned", _("Meeting planned")
    CALLED = "called", _("Invitations are out")
    HELD = "held", _("Under way, or minutes to be written")
    CLOSED = "closed", _("Minutes kept")
    CALLED_OFF = "called_off", _("Meeting called off")


class TopicState(TextChoices):
    """How far a topic is."""

    PROPOSED = "proposed", _("Handed in, not on an agenda yet")
    ON_AGENDA = "on_agenda", _("On the agenda")
    DECIDED = "decided", _("Settled at the table")
    PUT_OFF = "put_off", _("Put off")
    DROPPED = "dropped", _("Not taken up")


class ActionState(TextChoices):
    """How far an action is."""

    OPEN = "open", _("To be carried out")
    DONE = "done", _("Carried out, waits for the check")
    CONFIRMED = "confirmed", _("Carried out and checked")


class As(StrEnum):
    """As what somebody meets a table and what lies on it."""

    KEEPER = "keeper"
    """The community's office, or whoever keeps the street's records."""
    CHAIR = "chair"
    """Chairs the meeting the row belongs to."""
    MEMBER = "member"
    """Has a seat at the table."""
    OWNER = "owner"
    """Is the one to carry the action out."""


@dataclass(frozen=True)
class Step:
    """One row of a table.

    Attributes:
        starts: states it starts from.
        who: as what somebody may take it.
        needs_words: nobody takes it without saying why.
        warn: read it before the press.
        not_owner: nobody does it for an action of their own.
    """

    name: str
    label: Promise
    starts: frozenset[str]
    to: str
    who: frozenset[As]
    needs_words: bool = False
    warn: Promise | str = ""
    not_owner: bool = False

    def open_to(self, held: Iterable[As], state: str) -> bool:
        return state in self.starts and self.is_of(held)

    def is_of(self, held: Iterable[As]) -> bool:
        """Whether somebody met as `held` may take it at all."""
        own = frozenset(held)
        return bool(self.who & own) and not (self.not_owner and As.OWNER in own)


_M, _T, _A = MeetingState, TopicState, ActionState
_KEEPER = frozenset({As.KEEPER})
_HEAD = frozenset({As.KEEPER, As.CHAIR})

MEETING = (
    Step("call", _("Send the invitations"), frozenset({_M.PLANNED}), _M.CALLED, _KEEPER),
    Step("open", _("Open the meeting"), frozenset({_M.PLANNED, _M.CALLED}), _M.HELD, _HEAD),
    Step(
        "close",
        _("Keep the minutes"),
        frozenset({_M.HELD}),
        _M.CLOSED,
        _HEAD,
        warn=_("After this nothing about who came, what was decided or the minutes can be changed."),
    ),
    Step(
        "call_off",
        _("Call the meeting off"),
        frozenset({_M.PLANNED, _M.CALLED}),
        _M.CALLED_OFF,
        _KEEPER,
        needs_words=True,
    ),
)
TOPIC = (
    Step("put_on", _("Put on the agenda"), frozenset({_T.PROPOSED, _T.PUT_OFF}), _T.ON_AGENDA, _HEAD),
    Step("decide", _("Write down the outcome"), frozenset({_T.ON_AGENDA}), _T.DECIDED, _HEAD),
    Step("put_off", _("Put the topic off"), frozenset({_T.ON_AGENDA}), _T.PUT_OFF, _HEAD, needs_words=True),
    Step(
        "drop",
        _("Do not take it up"),
        frozenset({_T.PROPOSED, _T.PUT_OFF, _T.ON_AGENDA}),
        _T.DROPPED,
        _HEAD,
        needs_words=True,
    ),
)
ACTION = (
    Step(
        "done",
        _("Report it carried out"),
        frozenset({_A.OPEN}),
        _A.DONE,
        frozenset({As.OWNER, As.KEEPER}),
        needs_words=True,
    ),
    Step("confirm", _("Checked: it is done"), frozenset({_A.DONE}), _A.CONFIRMED, _HEAD, not_owner=True),
    Step(
        "give_back",
        _("Not done yet"),
        frozenset({_A.DONE}),
        _A.OPEN,
        _HEAD,
        needs_words=True,
        not_owner=True,
    ),
)
MEETING_STEPS = {step.name: step for step in MEETING}
TOPIC_STEPS = {step.name: step for step in TOPIC}
ACTION_STEPS = {step.name: step for step in ACTION}
WAITING = (TopicState.PROPOSED, TopicState.PUT_OFF)
"""Topics that may be put on the next agenda."""
UNSETTLED = (*WAITING, TopicState.ON_AGENDA)
AHEAD = (MeetingState.PLANNED, MeetingState.CALLED)
"""Meetings that are still to come."""


def arrows(table: tuple[Step, ...]) -> list[tuple[str, str]]:
    """Pairs of states that a step connects, sorted; for `pgtrigger.FSM`."""
    return sorted({(str(start), str(step.to)) for step in table for start in step.starts})
