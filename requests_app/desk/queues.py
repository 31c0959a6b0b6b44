"""Queues of the desk: what waits for somebody in an office. Rooms register theirs at start-up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

if TYPE_CHECKING:
    from grids.models import User

M = TypeVar("M", bound=Model)
WIDE_UNTIL = 50
"""Queues below this place stand in the wide column and are counted in the heading."""
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


def fill(
    found: "QuerySet[M]", shown: "Callable[[QuerySet[M]], Sequence[Any]]", *, limit: int, more: str
) -> Waiting:
    """Count by keys and read the few rows on top; where nothing waits, nothing more is read.

    Args:
        found: everything that waits, in the order of the queue.
        shown: the rows of the queue's template, from those of `found` that are on top.
    """
    keys = list(found.values_list("pk", flat=True)[:MOST])
    rows = shown(found.filter(pk__in=keys[:limit])) if keys else []
    return Waiting(len(keys), rows, more)


@dataclass(frozen=True)
class Queue:
    """One heading of the desk.

    Attributes:
        key: its name in addresses and in the page (`#queue-<key>`).
        template: shows `waiting.rows`, each with its one click.
        place: order on the page; under 50 in the wide column, from 50 in the narrow one.
        look: what waits for this reader, at most `limit` rows, in a fixed number of queries;
            None when the queue is not for them. A queue that is read together with others has none.
    """

    key: str
    label: str | Promise
    template: str
    place: int
    look: "Callable[[User, int], Waiting | None] | None" = None


_queues: dict[str, Queue] = {}
_together: "list[Callable[[User, int], Mapping[str, Waiting]]]" = []


def register(*queues: Queue) -> None:
    """Offer queues; called once in `AppConfig.ready`."""
    _queues.update({queue.key: queue for queue in queues})


def register_together(queues: Sequence[Queue], look: "Callable[[User, int], Mapping[str, Waiting]]") -> None:
    """Offer queues that one reading fills: `look` gives what waits by key."""
    register(*queues)
    _together.append(look)


def ordered() -> list[Queue]:
    """All of them, in the order of the page."""
    return sorted(_queues.values(), key=lambda queue: queue.place)


def look(user: "User", limit: int) -> list[tuple[Queue, Waiting]]:
    """The queues that hold something for this reader, in the order of the page."""
    found = {queue.key: queue.look(user, limit) for queue in _queues.values() if queue.look}
    for read in _together:
        found |= read(user, limit)
    holding = ((queue, found.get(queue.key)) for queue in ordered())
    return [(queue, waiting) for queue, waiting in holding if waiting and (waiting.count or waiting.rows)]
