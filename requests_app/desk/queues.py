"""Queues of the desk: what waits for somebody in an office. Rooms register theirs at start-up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from grids.models import User

MOST = 100
"""A queue counts to here and says “99+” beyond: no page counts a million rows."""


@dataclass(frozen=True)
class Waiting:
    """What one queue holds for one reader.

    Attributes:
        count: how many wait, at most `MOST`.
        rows: the first few, as the queue's template shows them.
        more: the address of the whole list.
    """

    count: int
    rows: Sequence[Any] = field(default_factory=list)
    more: str = ""


@dataclass(frozen=True)
class Queue:
    """One heading of the desk.

    Attributes:
        key: its name in addresses and in the page (`#queue-<key>`).
        template: shows `waiting.rows`, each with its one click.
        place: order on the page; under 50 in the wide column, from 50 in the narrow one.
        look: what waits for this reader, at most `limit` rows, in a fixed number of queries;
            None when the queue is not for them.
    """

    key: str
    label: str | Promise
    template: str
    place: int
    look: "Callable[[User, int], Waiting | None]"


_queues: dict[str, Queue] = {}


def register(*queues: Queue) -> None:
    """Offer queues; called once in `AppConfig.ready`."""
    _queues.update({queue.key: queue for queue in queues})


def ordered() -> list[Queue]:
    """All of them, in the order of the page."""
    return sorted(_queues.values(), key=lambda queue: queue.place)
