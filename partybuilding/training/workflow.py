"""The way of a year's plan: drafted, submitted, approved or returned.

Buttons, the database's trigger and tests are read from this table.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """How far a plan is."""

    DRAFT = "draft", _("Being drafted")
    SUBMITTED = "submitted", _("Submitted, to be approved")
    APPROVED = "approved", _("Approved, in force")
    RETURNED = "returned", _("Returned, to be mended")


class Seat(StrEnum):
    """As what somebody meets a plan."""

    KEEPER = "keeper"
    """Whoever keeps the records of that level."""
    APPROVER = "approver"
    """A leader of the street who neither drafted nor submitted it."""


WRITABLE = (State.DRAFT, State.RETURNED)
"""States in which words and numbers may change."""


@dataclass(frozen=True)
class Step:
    """One row of the table. `needs_note`: words are asked for."""

    name: str
    label: Promise
    starts: frozenset[str]
    to: str
    who: Seat
    needs_note: bool = False


TABLE = (
    Step("submit", _("Submit for approval"), frozenset(WRITABLE), State.SUBMITTED, Seat.KEEPER),
    Step("approve", _("Approve the plan"), frozenset({State.SUBMITTED}), State.APPROVED, Seat.APPROVER),
    Step(
        "return",
        _("Return with words"),
        frozenset({State.SUBMITTED}),
        State.RETURNED,
        Seat.APPROVER,
        needs_note=True,
    ),
)
STEPS = {step.name: step for step in TABLE}


def arrows() -> list[tuple[str, str]]:
    """Pairs of states that a step connects, sorted; for `pgtrigger.FSM`."""
    return sorted({(str(start), str(step.to)) for step in TABLE for start in step.starts})
