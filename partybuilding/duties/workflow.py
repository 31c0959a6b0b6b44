"""The way of one turn of a duty: which steps exist, from where to where, who, and with what.

This table is the only place that knows: buttons, the database's trigger and the grid of tests are
read from it. Source: handbook §6 (planned → done → checked).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """How far one turn is."""

    PLANNED = "planned", _("To be done")
    DONE = "done", _("Done, waits for the check")
    CHECKED = "checked", _("Checked")
    CANCELLED = "cancelled", _("Cancelled")


class Seat(StrEnum):
    """As what a person meets one turn."""

    OWNER = "owner"
    """Whoever it is assigned to, or stands in for them today."""
    KEEPER = "keeper"
    """Keeps the records of that community or of the street, and has no part in this item; of what the
    community secretary answers for, the street's alone.
    """


@dataclass(frozen=True)
class Step:
    """One row of the table.

    Attributes:
        label: what the button says.
        past: what an entry says afterwards.
        needs_words: nobody takes it without saying something.
    """

    name: str
    label: Promise
    past: Promise
    start: State
    to: State
    who: Seat
    needs_words: bool = True

    def open_to(self, seats: Iterable[Seat]) -> bool:
        return self.who in seats


TABLE = (
    Step("report", _("Report it done"), _("Reported done"), State.PLANNED, State.DONE, Seat.OWNER),
    Step(
        "check",
        _("Checked, as it should be"),
        _("Checked"),
        State.DONE,
        State.CHECKED,
        Seat.KEEPER,
        needs_words=False,
    ),
    Step(
        "return",
        _("Something is wanting, return it"),
        _("Returned to the owner"),
        State.DONE,
        State.PLANNED,
        Seat.KEEPER,
    ),
    Step("cancel", _("Cancel this turn"), _("Cancelled"), State.PLANNED, State.CANCELLED, Seat.KEEPER),
)
STEPS = {step.name: step for step in TABLE}


def arrows() -> list[tuple[str, str]]:
    """Pairs of states that a step connects, for the trigger."""
    return sorted({(step.start.value, step.to.value) for step in TABLE})
