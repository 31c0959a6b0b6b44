"""What is built around tickets hears here that the import they came with was undone."""

from collections.abc import Callable, Sequence

from grids.models import User

Listener = Callable[[Sequence[int], User], None]
_listeners: list[Listener] = []


def hear(listener: Listener) -> None:
    """Have `listener` called with the tickets' keys and who undid it; once, in `AppConfig.ready`.

    It runs in the transaction that voids the tickets.
    """
    if listener not in _listeners:
        _listeners.append(listener)


def tell(tickets: Sequence[int], *, by: User) -> None:
    """These tickets count for nothing any more."""
    for listener in _listeners:
        listener(tickets, by)
