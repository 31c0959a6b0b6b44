"""One move of a check-in or of a service: the only place where their state is written."""

from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from partybuilding.checkins import messages
from partybuilding.checkins.access import By, seats
from partybuilding.checkins.models import MemberCheckIn, Service, UnitCheckIn
from partybuilding.checkins.workflow import CHECK_IN_STEPS, State, Step
from wangguan import clock
from wangguan.notify import outbox
from wangguan.refusals import Refused


class MovedMeanwhile(Refused):
    """Somebody else was faster; nothing was written."""


Row = UnitCheckIn | MemberCheckIn


def take(row: Row, name: str, *, by: By, note: str = "") -> None:
    """Take one step of a check-in; taken twice by the same tap it is one.

    Raises:
        Refused: not this person's step, not from here, or words are missing.
        MovedMeanwhile: somebody else moved the row since it was read.
    """
    step, now = CHECK_IN_STEPS[name], clock.now()
    if row.state == step.to:
        return
    check(step, row.state, seats(by, row), note)
    fields: dict[str, Any] = {"state": step.to}
    match step.to:
        case State.CONFIRMED:
            fields |= {"confirmed_at": now, "confirmed_by": by.user}
        case State.WITHDRAWN:
            fields |= {"withdrawn_at": now, "reason": note}
    store(row, **fields)
    if step.to == State.CONFIRMED:
        outbox.add(messages.of_confirmed(row))


def check(step: Step, state: str, held: frozenset[Any], note: str) -> None:
    """Refuse, in a sentence, a step that is not this person's, does not start here, or lacks its words."""
    if not step.who & held:
        raise Refused(_("This is not yours to do."))
    if state not in step.starts:
        raise Refused(_("This is not possible any more; please look at the page again."))
    if step.needs_note and not note.strip():
        raise Refused(_("Please write why."), field="note")


def store(row: Row | Service, **fields: Any) -> None:
    """Compare and swap on `version`.

    Raises:
        MovedMeanwhile: somebody else moved the row since it was read.
    """
    mine = type(row)._default_manager.filter(pk=row.pk, version=row.version)
    if not mine.update(version=F("version") + 1, **fields):
        raise MovedMeanwhile(_("Somebody else was faster; please look at the page again."))
    row.version += 1
    for name, value in fields.items():
        setattr(row, name, value)
