"""The way of a firm or site: which steps exist, from where to where, who may take them, and with what.

This table is the only place that knows. Buttons, the database's trigger and the grid of tests are
read from it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Stage(TextChoices):
    """How far a firm or site is."""

    FOUND = "found", _("Found, to be surveyed")
    SURVEYED = "surveyed", _("Surveyed")
    GUIDED = "guided", _("Has an adviser")
    ESTABLISHED = "established", _("Has a branch of its own")
    JOINED = "joined", _("Belongs to a joint branch")
    GONE = "gone", _("Closed or moved away")


LIVE = frozenset(Stage) - {Stage.GONE}
ADVISED = frozenset({Stage.GUIDED, Stage.ESTABLISHED, Stage.JOINED})
"""Stages in which somebody advises and visits."""
IN_BRANCH = frozenset({Stage.ESTABLISHED, Stage.JOINED})


class Seat(StrEnum):
    """As what a person meets one firm."""

    KEEPER = "keeper"
    """Keeps the community's records of party building."""
    ADVISER = "adviser"
    GRID = "grid"
    """Leads the firm's grid or works in it full time."""


@dataclass(frozen=True)
class Step:
    """One row of the table.

    Attributes:
        starts: stages it starts from.
        to: the stage it leads to; empty keeps the stage.
        who: seats that may take it.
        free: changes nothing another step depends on, so it never conflicts.
    """

    name: str
    label: Promise
    starts: frozenset[Stage]
    to: Stage | None
    who: frozenset[Seat]
    free: bool = False

    def open_to(self, seats: Iterable[Seat], stage: str) -> bool:
        return stage in self.starts and bool(self.who & frozenset(seats))


_S, _KEEPERS = Stage, frozenset({Seat.KEEPER})

TABLE = (
    Step("confirm", _("Confirm the survey"), frozenset({_S.FOUND}), _S.SURVEYED, _KEEPERS),
    Step("guide", _("Name the adviser"), frozenset({_S.SURVEYED}), _S.GUIDED, _KEEPERS),
    Step("visit", _("Write down a visit"), ADVISED, None, _KEEPERS | {Seat.ADVISER}, free=True),
    Step("survey", _("Write down a survey"), LIVE, None, _KEEPERS | {Seat.GRID}, free=True),
    Step(
        "establish",
        _("Record a branch of its own"),
        frozenset({_S.GUIDED, _S.JOINED}),
        _S.ESTABLISHED,
        _KEEPERS,
    ),
    Step("join", _("Record a joint branch"), frozenset({_S.GUIDED, _S.ESTABLISHED}), _S.JOINED, _KEEPERS),
    Step("readvise", _("Name another adviser"), ADVISED, None, _KEEPERS),
    Step("lapse", _("The branch is no more"), IN_BRANCH, _S.GUIDED, _KEEPERS),
    Step("leave", _("It has closed or moved away"), LIVE, _S.GONE, _KEEPERS),
    Step("return", _("It is here again"), frozenset({_S.GONE}), _S.FOUND, _KEEPERS),
)
STEPS = {step.name: step for step in TABLE}

REPORT, CALLED = "report", "called"
EDGES: dict[str, Promise] = {REPORT: _("Reported"), CALLED: _("Asked for the contact's number")}
"""Entries that are not steps."""
WHAT = {**EDGES, **{step.name: step.label for step in TABLE}}
"""What an entry says happened."""


def stage_arrows() -> list[tuple[str, str]]:
    """Pairs of different stages that a step connects, sorted: the database knows no other way."""
    return sorted({(a.value, s.to.value) for s in TABLE for a in s.starts if s.to and a != s.to})
