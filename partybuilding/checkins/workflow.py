"""The way of a check-in and of one service: which steps exist, from where to where, and who takes them.

This table is the only place that knows; buttons, triggers and the grid of tests are read from it.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """How far a check-in is."""

    SUBMITTED = "submitted", _("Submitted, to be confirmed")
    CONFIRMED = "confirmed", _("Confirmed")
    ACTIVE = "active", _("Active")
    WITHDRAWN = "withdrawn", _("Has left")


class Turn(TextChoices):
    """How far one service of one member is."""

    ASKED = "asked", _("Has been asked")
    COMING = "coming", _("Will come")
    DECLINED = "declined", _("Cannot come")
    REPORTED = "reported", _("Hours reported")
    CONFIRMED = "confirmed", _("Hours confirmed")
    REFUSED = "refused", _("Hours not confirmed")


class Seat(StrEnum):
    """As what somebody meets a row."""

    KEEPER = "keeper"
    """The community's office, or whoever keeps the street's records."""
    SELF = "self"
    """The member, or the contact of the unit, known by phone."""


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


_KEEPER, _BOTH = frozenset({Seat.KEEPER}), frozenset(Seat)
_S, _T = State, Turn

CHECK_IN = (
    Step("confirm", _("Confirm"), frozenset({_S.SUBMITTED}), _S.CONFIRMED, _KEEPER),
    Step("begin", _("Begins to serve"), frozenset({_S.CONFIRMED}), _S.ACTIVE, _KEEPER),
    Step(
        "withdraw",
        _("Withdraw the check-in"),
        frozenset({_S.SUBMITTED, _S.CONFIRMED, _S.ACTIVE}),
        _S.WITHDRAWN,
        _BOTH,
        needs_note=True,
        warn=_("What was served stays on record; whoever comes back checks in anew."),
    ),
)
SERVICE = (
    Step("come", _("I will come"), frozenset({_T.ASKED, _T.DECLINED}), _T.COMING, frozenset({Seat.SELF})),
    Step("decline", _("I cannot"), frozenset({_T.ASKED, _T.COMING}), _T.DECLINED, frozenset({Seat.SELF})),
    Step("report", _("Report hours"), frozenset({_T.COMING, _T.REFUSED}), _T.REPORTED, _BOTH),
    Step("agree", _("Confirm the hours"), frozenset({_T.REPORTED}), _T.CONFIRMED, _KEEPER),
    Step("refuse", _("Not so"), frozenset({_T.REPORTED}), _T.REFUSED, _KEEPER, needs_note=True),
)
CHECK_IN_STEPS = {step.name: step for step in CHECK_IN}
SERVICE_STEPS = {step.name: step for step in SERVICE}


def arrows(table: tuple[Step, ...]) -> list[tuple[str, str]]:
    """Pairs of states that a step connects, sorted; for `pgtrigger.FSM`."""
    return sorted({(str(start), str(step.to)) for step in table for start in step.starts})
