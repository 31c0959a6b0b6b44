"""What a gathering is: a training session, an activity, a shift. Higher rooms say so at start-up."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise

from partybuilding.access import By
from partybuilding.gatherings.models import Gathering


@dataclass(frozen=True)
class Kind:
    """One sort of gathering.

    Attributes:
        label: what it is called where one goes back to it ("Training").
        url_of: the office's page of it; empty when the gathering is not of this sort.
        own_url_of: the page of those who come by phone; None: there is none.
        worker_url_of: the page of the staff; None: there is none.
        admits: whether this person may see it and sign up; None: everybody known may.
        related: the name by which a gathering reaches its row of that room, to be read with lists.
    """

    label: str | Promise
    url_of: Callable[[Gathering], str]
    own_url_of: Callable[[Gathering], str] | None = None
    worker_url_of: Callable[[Gathering], str] | None = None
    admits: Callable[[By, Gathering], bool] | None = None
    related: str = ""


_kinds: list[Kind] = []


def register_kind(
    label: str | Promise,
    url_of: Callable[[Gathering], str],
    *,
    own_url_of: Callable[[Gathering], str] | None = None,
    worker_url_of: Callable[[Gathering], str] | None = None,
    admits: Callable[[By, Gathering], bool] | None = None,
    related: str = "",
) -> None:
    """Say what some gatherings are; called once in `AppConfig.ready`. See `Kind`."""
    _kinds.append(Kind(label, url_of, own_url_of, worker_url_of, admits, related))


def of(gathering: Gathering) -> Kind | None:
    """The sort of this gathering; None while no room has said."""
    return next((kind for kind in _kinds if kind.url_of(gathering)), None)


def admits(by: By, gathering: Gathering) -> bool:
    """Whether this person may see the gathering and sign up for it."""
    kind = of(gathering)
    return kind is None or kind.admits is None or kind.admits(by, gathering)


def joined(rows: QuerySet[Gathering]) -> QuerySet[Gathering]:
    """The same rows, each with what the rooms know of it: no further statement for each."""
    related = [kind.related for kind in _kinds if kind.related]
    return rows.select_related(*related) if related else rows
