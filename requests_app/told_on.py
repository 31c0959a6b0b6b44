"""What is built around tickets hears here of every entry, in the transaction that writes it.

A listener that has nobody to tell must ask the database nothing: every move of every matter comes by.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from requests_app.models import TicketEvent


@dataclass(frozen=True)
class Ear:
    """One listener.

    Attributes:
        heard: takes saved entries, each with its ticket as it stands after it, and the moment before
            which nobody beyond the house may hear of them, or None.
        taken_back: takes the entry of a move that did not happen after all, before that moment.
    """

    heard: "Callable[[Sequence[TicketEvent], datetime | None], None]"
    taken_back: "Callable[[TicketEvent], None]"


_ears: list[Ear] = []


def hear(ear: Ear) -> None:
    """Register; called once in `AppConfig.ready`."""
    if ear not in _ears:
        _ears.append(ear)


def tell(entries: "Sequence[TicketEvent]", *, not_before: datetime | None = None) -> None:
    """These entries were written; `not_before` is when a move that may be taken back stands."""
    for ear in _ears if entries else ():
        ear.heard(entries, not_before)


def take_back(entry: "TicketEvent") -> None:
    """The move of this entry is being taken back."""
    for ear in _ears:
        ear.taken_back(entry)
