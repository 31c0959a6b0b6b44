"""Whose turn it is to chair. Rooms above say it for their kind of table, at start-up."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from partybuilding.meetings.models import Body, Seat

InTurn = Callable[["Body", date], "Seat | None"]
_turns: dict[str, InTurn] = {}


def register(kind: str, turn: InTurn) -> None:
    """Let chairs of this kind of table take turns; called once in `AppConfig.ready`."""
    _turns[kind] = turn


def in_turn(body: "Body", on: date) -> "Seat | None":
    """The seat that chairs next; None where chairs are chosen, or nobody may chair."""
    turn = _turns.get(body.kind)
    return turn(body, on) if turn else None
