"""The way of an item and of a claim: which steps exist, from where to where, and who takes them.

These tables are the only place that knows; buttons, triggers and the tests' grid are read from them.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """How far an item is."""

    DRAFT = "draft", _("Not published yet")
    PUBLISHED = "published", _("To be claimed")
    CLAIMED = "claimed", _("Claimed, to be agreed")
    AGREED = "agreed", _("Agreed on")
    IN_PROGRESS = "in_progress", _("Under way")
    ACCEPTED = "accepted", _("Done and accepted")
    RATED = "rated", _("Done and rated")
    WITHDRAWN = "withdrawn", _("Taken off the list")


class ClaimState(TextChoices):
    """How far a claim is."""

    WAITING = "waiting", _("Asks for a share")
    OFFERED = "offered", _("To be agreed")
    AGREED = "agreed", _("Both sides agree")
    DONE = "done", _("Carried out")
    REFUSED = "refused", _("Not agreed to")
    RELEASED = "released", _("Given back")


class Seat(StrEnum):
    """As what somebody meets an item or a claim."""

    KEEPER = "keeper"
    """The office that keeps the item's community, or the street's records."""
    OWNER = "owner"
    """The contact of the unit that offers the resource."""
    TELLER = "teller"
    """Who told the need and is named in it."""
    CLAIMANT = "claimant"
    """The contact of the unit, or the office of the community, that claims."""
    USER = "user"
    """The office of a community that an item is claimed by, or paired with."""
    HOST = "host"
    """Who answers for what is claimed: the unit of a resource, else the keeper."""
    FIRST = "first"
    """Who claimed first, where another asks for a share."""


@dataclass(frozen=True)
class Step:
    """One row of a table.

    Attributes:
        needs_note: words are asked for; `note_label` asks for them.
        warn: read before the press.
        follows: nobody presses it: it follows from a step on the other table.
    """

    name: str
    label: Promise | str
    starts: frozenset[str]
    to: str
    who: frozenset[Seat] = frozenset()
    needs_note: bool = False
    note_label: Promise | str = ""
    warn: Promise | str = ""
    follows: bool = False


_S, _C = State, ClaimState
_WHY = _("Why (only the two sides read it)")
RUNNING = frozenset({_S.PUBLISHED, _S.CLAIMED, _S.AGREED, _S.IN_PROGRESS})
"""Open to whoever still wants a share."""
LISTED = RUNNING | {_S.ACCEPTED, _S.RATED}
"""Shown to everybody."""
LIVE = frozenset({_C.OFFERED, _C.AGREED})
"""Claims that hold a share and may still end."""
HELD = LIVE | {_C.DONE}
"""Claims that hold a share."""
OPEN = LIVE | {_C.WAITING}
"""Claims that have not ended: of these a claimant has one per item."""

ITEM = (
    Step("publish", _("Publish"), frozenset({_S.DRAFT}), _S.PUBLISHED, frozenset({Seat.KEEPER})),
    Step(
        "withdraw",
        _("Take it off the list"),
        frozenset({_S.DRAFT, _S.PUBLISHED, _S.CLAIMED}),
        _S.WITHDRAWN,
        frozenset({Seat.KEEPER, Seat.OWNER, Seat.TELLER}),
        needs_note=True,
        note_label=_WHY,
        warn=_("Whoever has claimed it is told. It does not come back; enter it anew if it is wanted again."),
    ),
    Step(
        "begin",
        _("Work begins"),
        frozenset({_S.AGREED}),
        _S.IN_PROGRESS,
        frozenset({Seat.KEEPER, Seat.OWNER, Seat.CLAIMANT, Seat.USER}),
    ),
    Step(
        "accept",
        _("Accept what was done"),
        frozenset({_S.IN_PROGRESS}),
        _S.ACCEPTED,
        frozenset({Seat.KEEPER, Seat.USER}),
        needs_note=True,
        note_label=_("What came of it (everybody reads it)"),
    ),
    Step(
        "rate",
        _("Rate it"),
        frozenset({_S.ACCEPTED, _S.RATED}),
        _S.RATED,
        frozenset({Seat.KEEPER, Seat.USER, Seat.TELLER}),
    ),
    Step("claimed", "", frozenset({_S.PUBLISHED, _S.AGREED, _S.IN_PROGRESS}), _S.CLAIMED, follows=True),
    Step("agreed", "", frozenset({_S.CLAIMED}), _S.AGREED, follows=True),
    Step("freed", "", frozenset({_S.CLAIMED, _S.AGREED, _S.IN_PROGRESS}), _S.PUBLISHED, follows=True),
)
CLAIM = (
    Step("agree", _("Agree to it"), frozenset({_C.OFFERED}), _C.AGREED, frozenset({Seat.HOST})),
    Step(
        "refuse",
        _("Do not agree"),
        frozenset({_C.OFFERED, _C.WAITING}),
        _C.REFUSED,
        frozenset({Seat.HOST}),
        needs_note=True,
        note_label=_WHY,
    ),
    Step("divide", _("Share it with them"), frozenset({_C.WAITING}), _C.OFFERED, frozenset({Seat.FIRST})),
    Step("keep", _("Rather not share"), frozenset({_C.WAITING}), _C.REFUSED, frozenset({Seat.FIRST})),
    Step("join", _("Take the free share"), frozenset({_C.WAITING}), _C.OFFERED, frozenset({Seat.CLAIMANT})),
    Step(
        "release",
        _("Give the claim back"),
        frozenset({_C.WAITING, _C.OFFERED, _C.AGREED}),
        _C.RELEASED,
        frozenset({Seat.CLAIMANT}),
        needs_note=True,
        note_label=_WHY,
        warn=_("The other side is told, and others may claim it again."),
    ),
    Step(
        "end",
        _("End this agreement"),
        frozenset({_C.AGREED}),
        _C.RELEASED,
        frozenset({Seat.HOST}),
        needs_note=True,
        note_label=_WHY,
        warn=_("The other side is told, and others may claim it again."),
    ),
    Step("done", "", frozenset({_C.AGREED}), _C.DONE, follows=True),
    Step("closed", "", frozenset({_C.OFFERED, _C.WAITING}), _C.REFUSED, follows=True),
)
ITEM_STEPS = {step.name: step for step in ITEM}
CLAIM_STEPS = {step.name: step for step in CLAIM}


def arrows(table: tuple[Step, ...]) -> list[tuple[str, str]]:
    """Pairs of states that a step connects, sorted; for `pgtrigger.FSM`."""
    pairs = {(str(start), str(step.to)) for step in table for start in step.starts}
    return sorted((start, end) for start, end in pairs if start != end)
