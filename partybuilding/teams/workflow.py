"""The way of a volunteer and of a call-out: which steps exist, from where to where, and who takes them.

This table is the only place that knows; buttons, triggers and the grid of tests are read from it.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """How far a volunteer is."""

    SIGNED_UP = "signed_up", _("Signed up, to be confirmed")
    CONFIRMED = "confirmed", _("Volunteer")
    LEFT = "left", _("Has left the volunteers")


class Stage(TextChoices):
    """How far a call-out is."""

    CALLING = "calling", _("Calling")
    ENOUGH = "enough", _("Enough come")
    ENDED = "ended", _("Call-out over")


class Seat(StrEnum):
    """As what somebody meets a volunteer, a team or a call-out."""

    KEEPER = "keeper"
    """The community's office, or whoever keeps the street's records."""
    SELF = "self"
    """The volunteer, known by phone."""
    LEADER = "leader"
    """The leader of the team, known by phone."""


@dataclass(frozen=True)
class Step:
    """One row of the table. `needs_note`: words are asked for; `warn`: read it before the press."""

    name: str
    label: Promise
    starts: frozenset[str]
    to: str
    who: frozenset[Seat]
    needs_note: bool = False
    warn: Promise | str = ""


_KEEPER = frozenset({Seat.KEEPER})
VOLUNTEER = (
    Step("confirm", _("Confirm the volunteer"), frozenset({State.SIGNED_UP}), State.CONFIRMED, _KEEPER),
    Step(
        "leave",
        _("Leave the volunteers"),
        frozenset({State.SIGNED_UP, State.CONFIRMED}),
        State.LEFT,
        frozenset({Seat.KEEPER, Seat.SELF}),
        needs_note=True,
        warn=_("Messages end and memberships in teams end; hours stay on record."),
    ),
)
CALL = (
    Step(
        "stand_down",
        _("Enough: tell the others to stay at home"),
        frozenset({Stage.CALLING}),
        Stage.ENOUGH,
        _KEEPER,
        warn=_("Everybody who has not answered is told at once; messages not yet sent are held back."),
    ),
    Step(
        "widen",
        _("Call more"),
        frozenset({Stage.CALLING, Stage.ENOUGH}),
        Stage.CALLING,
        _KEEPER,
    ),
    Step(
        "end",
        _("End the call-out and thank"),
        frozenset({Stage.CALLING, Stage.ENOUGH}),
        Stage.ENDED,
        _KEEPER,
        warn=_("Whoever said they come is thanked by text message; answers are closed."),
    ),
)
VOLUNTEER_STEPS = {step.name: step for step in VOLUNTEER}
CALL_STEPS = {step.name: step for step in CALL}


def arrows(table: tuple[Step, ...]) -> list[tuple[str, str]]:
    """Pairs of states that a step connects, sorted; for `pgtrigger.FSM`."""
    return sorted({(str(start), str(step.to)) for step in table for start in step.starts})
