"""Refusing, in a sentence, what is not this person's or does not start here."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from grids.models import User
from partybuilding.meetings.access import Person
from partybuilding.meetings.terms import WORDS_MAX
from partybuilding.meetings.workflow import As, Step
from wangguan import journal
from wangguan.refusals import Refused
from wangguan.words import storable


def check(step: Step, state: str, held: Iterable[As], words: str, *, field: str = "words") -> None:
    """Raises: Refused: not this person's step, not from here, or words are missing."""
    theirs(step, held)
    if state not in step.starts:
        raise Refused(_("This is not possible any more; please look at the page again."))
    if step.needs_words and not words:
        raise Refused(_("Please write a few words, so that everybody can follow it later."), field=field)


def theirs(step: Step, held: Iterable[As]) -> None:
    """Raises: Refused: not this person's step, whatever the state."""
    held = frozenset(held)
    if step.is_of(held):
        return
    own = step.not_owner and As.OWNER in held
    said = _("Somebody else checks what you carried out yourself.") if own else ""
    raise Refused(said or _("This is not yours to do."))


def keeper(person: Person) -> User:
    """The member of the office who acts.

    Raises:
        Refused: this person does not keep the table.
    """
    if not person.keeps or person.by.user is None:
        raise Refused(_("Only those who keep this table do that."))
    return person.by.user


def short(words: str) -> str:
    """Words as they are kept."""
    return storable(words)[:WORDS_MAX]


def noted(person: Person, row: object, said: object) -> None:
    """Write down what somebody of the staff did to a row; call it within the transaction."""
    if person.by.user:
        with transaction.atomic():
            journal.note(person.by.user, [row], journal.CHANGE, str(said))  # type: ignore[list-item]
