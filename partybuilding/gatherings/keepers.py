"""Who keeps a gathering besides the office, e.g. the leader of a team. Higher rooms say so at start-up."""

from collections.abc import Callable

from partybuilding.access import By
from partybuilding.gatherings.models import Gathering

Question = Callable[[By, Gathering], bool]
_questions: list[Question] = []


def register(question: Question) -> None:
    """Ask this too when somebody (a user or a phone) acts on a gathering; called once at start-up."""
    if question not in _questions:
        _questions.append(question)


def keeps(by: By, gathering: Gathering) -> bool:
    """Whether some room says that this person keeps it."""
    return any(question(by, gathering) for question in _questions)
