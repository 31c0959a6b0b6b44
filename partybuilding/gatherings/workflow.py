"""The way of one sign-up: which steps exist, from where to where, and who takes them.

This table is the only place that knows: the services, the database's trigger and the grid of tests
are read from it.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """How one person stands to one gathering."""

    SIGNED = "signed", _("Has a place")
    WAITING = "waiting", _("On the waiting list")
    CANCELLED = "cancelled", _("Signed off")
    ATTENDED = "attended", _("Was there")
    ABSENT = "absent", _("Was not there")


class Via(TextChoices):
    """How it became known that somebody was there."""

    QR = "qr", _("By the code at the place")
    BY_HAND = "by_hand", _("Entered by hand")


class Seat(StrEnum):
    """As what somebody meets a sign-up."""

    SELF = "self"
    """Whoever signed up."""
    KEEPER = "keeper"
    """Whoever keeps the gathering."""
    HOUSE = "house"
    """The portal itself, when a place becomes free."""


TAKING = (State.SIGNED, State.ATTENDED)
"""States that take a place."""
AHEAD = (State.SIGNED, State.WAITING)
"""States of those who still mean to come."""


@dataclass(frozen=True)
class Step:
    """One row of the table. `label`: what its button says."""

    name: str
    label: Promise
    starts: frozenset[str]
    to: str
    who: frozenset[Seat]


_BOTH, _KEEPER = frozenset({Seat.SELF, Seat.KEEPER}), frozenset({Seat.KEEPER})
_S = State

TABLE = (
    Step("again", _("Sign up again"), frozenset({_S.CANCELLED}), _S.SIGNED, _BOTH),
    Step("queue", _("Wait for a place again"), frozenset({_S.CANCELLED}), _S.WAITING, _BOTH),
    Step("promote", _("Give the free place"), frozenset({_S.WAITING}), _S.SIGNED, frozenset({Seat.HOUSE})),
    Step("cancel", _("I cannot come after all"), frozenset(AHEAD), _S.CANCELLED, _BOTH),
    Step(
        "arrive", _("I have arrived"), frozenset({*AHEAD, _S.CANCELLED}), _S.ATTENDED, frozenset({Seat.SELF})
    ),
    Step(
        "attended",
        _("Was there"),
        frozenset({*AHEAD, _S.CANCELLED, _S.ABSENT}),
        _S.ATTENDED,
        _KEEPER,
    ),
    Step("absent", _("Was not there"), frozenset({_S.SIGNED, _S.ATTENDED}), _S.ABSENT, _KEEPER),
)
STEPS = {step.name: step for step in TABLE}


def arrows() -> list[tuple[str, str]]:
    """Pairs of states that a step connects, sorted; for `pgtrigger.FSM`."""
    return sorted({(str(start), str(step.to)) for step in TABLE for start in step.starts})
