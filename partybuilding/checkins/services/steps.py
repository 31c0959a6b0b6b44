"""One move of a check-in or of a service: the only place where their state is written."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from partybuilding.access import By
from partybuilding.checkins import messages
from partybuilding.checkins.access import seats
from partybuilding.checkins.models import MemberCheckIn, UnitCheckIn
from partybuilding.checkins.terms import WORDS_MAX
from partybuilding.checkins.workflow import CHECK_IN_STEPS, State, Step
from wangguan import clock, journal
from wangguan.notify import outbox
from wangguan.refusals import Refused
from wangguan.swap import swap
from wangguan.words import storable

Row = UnitCheckIn | MemberCheckIn


@transaction.atomic
def take(row: Row, name: str, *, by: By, note: str = "") -> None:
    """Take one step of a check-in; taken twice by the same tap it is one.

    Raises:
        Refused: not this person's step, not from here, or words are missing.
        MovedMeanwhile: somebody else moved the row since it was read.
    """
    step, now, note = CHECK_IN_STEPS[name], clock.now(), storable(note)[:WORDS_MAX]
    if row.state == step.to:
        return
    check(step, row.state, seats(by, row), note)
    fields: dict[str, Any] = {"state": step.to}
    match step.to:
        case State.CONFIRMED:
            fields |= {"confirmed_at": now, "confirmed_by": by.user}
        case State.WITHDRAWN:
            fields |= {"withdrawn_at": now, "reason": note}
    swap(row, **fields)
    if by.user:
        journal.note(by.user, [row], journal.CHANGE, str(State(step.to).label))
    if step.to == State.CONFIRMED:
        outbox.add(messages.of_confirmed(row))


def check(step: Step, state: str, held: frozenset[Any], note: str) -> None:
    """Refuse, in a sentence, a step that is not this person's, does not start here, or lacks its words."""
    if not step.who & held:
        raise Refused(_("This is not yours to do."))
    if state not in step.starts:
        raise Refused(_("This is not possible any more; please look at the page again."))
    if step.needs_note and not note:
        raise Refused(_("Please write why."), field="note")
