"""The way of a booking: which steps exist, from where to where, and who takes them.

This table is the only place that knows; buttons, the trigger and the grid of tests are read from it.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """How far a booking is."""

    REQUESTED = "requested", _("Waits for the office")
    APPROVED = "approved", _("Booked")
    REFUSED = "refused", _("Not given")
    CANCELLED = "cancelled", _("No longer booked")


BLOCKING = (State.REQUESTED, State.APPROVED)
"""States in which nobody else can have the hour: two never wait for the same one."""


class Seat(StrEnum):
    """As what somebody meets a booking."""

    KEEPER = "keeper"
    """Whoever keeps the centre: its community's office, or the street's section and leaders."""
    BOOKER = "booker"


@dataclass(frozen=True)
class Step:
    """One row of the table. `needs_note`: words are asked for; they go to the booker."""

    name: str
    label: Promise
    starts: frozenset[str]
    to: str
    who: frozenset[Seat]
    needs_note: bool = False


_KEEPER, _BOOKER = frozenset({Seat.KEEPER}), frozenset({Seat.BOOKER})
_WAITS, _HELD = frozenset({State.REQUESTED}), frozenset(BLOCKING)
TABLE = (
    Step("approve", _("Give the room"), _WAITS, State.APPROVED, _KEEPER),
    Step("refuse", _("Do not give it"), _WAITS, State.REFUSED, _KEEPER, needs_note=True),
    Step("give_back", _("Give the room back"), _HELD, State.CANCELLED, _BOOKER),
    Step("take_back", _("Take the room back"), frozenset({State.APPROVED}), State.CANCELLED, _KEEPER, True),
)
STEPS = {step.name: step for step in TABLE}
OF_ALL_WEEKS = frozenset({"approve", "refuse"})
"""Steps that answer a whole series: every week of it that still waits."""


def arrows() -> list[tuple[str, str]]:
    """Pairs of states that a step connects, sorted; for `pgtrigger.FSM`."""
    return sorted({(str(start), str(step.to)) for step in TABLE for start in step.starts})
