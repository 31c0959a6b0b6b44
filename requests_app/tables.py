"""The table of an estate that a matter can be brought to (红色管家, handbook §6).

A ticket knows no tables: the room that keeps them says here, at start-up, whether one stands where a
matter lies, and puts the matter on it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grids.models import User
    from requests_app.models import Ticket


@dataclass(frozen=True)
class Tables:
    """What the room of the tables does for a ticket.

    Attributes:
        open_to: whether a table stands where the ticket lies and does not have it yet; one query.
        bring: puts the ticket before that table in these words and tells those who keep it, inside the
            transaction of the step; returns what the entry keeps of it. Raises `Refused`.
    """

    open_to: "Callable[[Ticket], bool]"
    bring: "Callable[[Ticket, User, str], dict[str, int]]"


_kept: list[Tables] = []


def register(tables: Tables) -> None:
    """Say who keeps the tables; called once in `AppConfig.ready`."""
    _kept[:] = [tables]


def open_to(ticket: "Ticket") -> bool:
    """Whether this matter can be brought to a table; never one about staff."""
    return not ticket.about_staff and any(tables.open_to(ticket) for tables in _kept)


def bring(ticket: "Ticket", *, by: "User", words: str) -> dict[str, int]:
    """Put the matter before the table of its estate.

    Raises:
        Refused: no table stands there, or it has the matter already.
    """
    (tables,) = _kept
    return tables.bring(ticket, by, words)
