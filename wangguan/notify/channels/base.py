"""What every transport is given, gives back and may raise."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from wangguan.notify.kinds import Kind


@dataclass(frozen=True)
class Parcel:
    """A message ready to leave, in its reader's language. The address is never shown by `repr`."""

    key: str
    kind: Kind
    address: str = field(repr=False)
    title: str = field(repr=False)
    text: str = field(repr=False)
    link: str = field(repr=False)
    context: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Receipt:
    """The channel took the message. `delivered`: it reported delivery in the same breath."""

    gateway_id: str = ""
    delivered: bool = False


class Transport(Protocol):
    def drops_repeats(self) -> bool:
        """Whether the far end drops a message whose key it has seen before."""

    def send(self, parcel: Parcel) -> Receipt:
        """Hand the message over.

        Raises:
            NotSent, Unclear, TooFast, Refused: see there.
        """


class Undelivered(Exception):
    """The channel gave no receipt. `code` is short and holds nothing personal and no secret."""

    def __init__(self, code: str, *, after: timedelta | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.after = after


class NotSent(Undelivered):
    """Surely not taken; worth another try."""


class Unclear(Undelivered):
    """Perhaps taken: the request may have arrived, its reply did not."""


class TooFast(Undelivered):
    """Surely not taken, only because of too many in too short a time; not a failed try."""


class Refused(Undelivered):
    """Surely not taken, and another try would end the same."""
