"""What the room asks of the room above it: requests. `requests_app` fills this in at start-up."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from django.core.exceptions import ImproperlyConfigured

from wangguan.photos import CleanPhoto

if TYPE_CHECKING:
    from grids.models import User
    from residents.models import Finding, Household


@dataclass(frozen=True)
class Asked:
    """A request that came out of a finding or a household, as far as the reader may see it.

    Attributes:
        url: its page; empty where the reader may not open it.
        answer: what was answered, once there is an answer.
        is_over: no more steps are to come, or only the resident's word.
    """

    number: str
    title: str
    status: str
    level: str
    told_at: datetime
    url: str = ""
    answer: str = field(default="", repr=False)
    is_over: bool = False


@dataclass(frozen=True)
class Wording:
    """What somebody read over before a finding becomes a request."""

    words: str = field(repr=False)
    category: str = ""
    contact_name: str = field(default="", repr=False)
    contact_phone: str = field(default="", repr=False)
    address: str = ""
    pictures: Sequence[CleanPhoto] = field(default=(), repr=False)


class Requests(Protocol):
    """What the room above offers."""

    def open(self, finding: "Finding", wording: Wording, *, actor: "User") -> Asked:
        """Make the request of this finding, or find the one it has (double taps).

        Raises:
            Refused: it cannot be made, in a sentence.
        """
        ...

    def of_findings(self, findings: Iterable["Finding"], reader: "User") -> Mapping[int, Asked]:
        """Finding id → its request, in a constant number of queries."""
        ...

    def of_household(self, household: "Household", reader: "User") -> list[Asked]:
        """Requests out of this household's visits, and of its people's phones, newest first, bounded."""
        ...

    def made_of_findings(self, since: datetime, until: datetime) -> Mapping[int, int]:
        """Community id → requests made of findings in that time (`until` not included)."""
        ...


_requests: Callable[[], Requests] | None = None


def offer(requests: Callable[[], Requests]) -> None:
    """Say who answers; called once, in `AppConfig.ready`."""
    global _requests
    _requests = requests


def requests() -> Requests:
    """Who answers.

    Raises:
        ImproperlyConfigured: no room offered itself.
    """
    if _requests is None:
        raise ImproperlyConfigured("no room offers requests")
    return _requests()
