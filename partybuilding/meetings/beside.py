"""What rooms above show beside an action on its pages: how residents rate it.

They register at start-up. A source answers for one action with a panel or None; for a page with many
actions it is asked once with all of them (`of_all`), so that pages stay at a constant number of queries.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from requests_app.beside import Panel

if TYPE_CHECKING:
    from partybuilding.access import By
    from partybuilding.meetings.models import Action

Source = Callable[[Sequence["Action"], "By"], dict[int, Panel]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Offer panels by the actions' keys; called once in `AppConfig.ready`."""
    if source not in _sources:
        _sources.append(source)


def of_all(actions: Sequence["Action"], by: "By") -> dict[int, list[Panel]]:
    """Panels of each action that has any; `by` is who reads."""
    found: dict[int, list[Panel]] = {}
    for source in _sources if actions else []:
        for key, panel in source(actions, by).items():
            found.setdefault(key, []).append(panel)
    return found
