"""As what somebody is known here by their phone. Rooms register what they know at start-up."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Hat:
    """One thing a person is: a member of a branch, a volunteer, the contact of a unit.

    Attributes:
        title: what they are.
        text: of what, and since when; theirs to read, nobody else's.
        url: where they act as that; empty when there is nothing to do.
    """

    title: str | Promise
    text: str
    url: str = ""


Source = Callable[[str], Iterable[Hat]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Offer what a room knows of a phone (its `keyed_hash`); called once in `AppConfig.ready`."""
    if source not in _sources:
        _sources.append(source)


def of(phone_hash: str) -> list[Hat]:
    """Everything this person is, in the order of the rooms; empty for a stranger."""
    return [hat for source in _sources for hat in source(phone_hash)] if phone_hash else []
