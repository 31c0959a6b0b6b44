"""What rooms above offer for an agenda: requests of an estate, findings of visits, what nobody has claimed.

They register at start-up, each for one kind of table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grids.models import User
    from partybuilding.meetings.models import Body


@dataclass(frozen=True)
class Offer:
    """Something that could become a topic. `title` and `words` are fit for the table: no reporter in them.

    `key` names it for ever ("ticket:12", "claim:7"); what lies unsettled on the table already is left out.
    """

    key: str
    title: str
    source: str
    words: str = ""
    ticket: Any = None
    finding: Any = None
    is_owners_matter: bool = False


Source = Callable[["Body", "User"], list[Offer]]
_sources: dict[str, list[Source]] = {}


def register(kind: str, source: Source) -> None:
    """Offer topics to tables of this kind; called once in `AppConfig.ready`."""
    found = _sources.setdefault(kind, [])
    if source not in found:
        found.append(source)


def of(body: "Body", user: "User") -> list[Offer]:
    """Everything offered that does not lie unsettled on this table."""
    laid = set(body.topics.unsettled().values_list("offer", flat=True))
    found = [offer for source in _sources.get(body.kind, []) for offer in source(body, user)]
    return [offer for offer in found if offer.key not in laid]
