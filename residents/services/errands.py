"""Errands run for residents (民生代办): asked, taken, done, handed over; once, whoever taps first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.models import User, today
from residents import access
from residents.models import Errand, Household, Resident
from residents.services.record import ChangedMeanwhile
from residents.signature import Receipt
from residents.terms import ErrandKind, ErrandState
from wangguan import clock
from wangguan.refusals import Refused
from wangguan.words import storable

UNDO_WITHIN = timedelta(minutes=1)


@dataclass(frozen=True)
class Step:
    """One arrow: from which states, to which (None keeps it); `own` ones are for who took the errand."""

    name: str
    label: str | Promise
    starts: frozenset[ErrandState]
    ends: ErrandState | None
    own: bool = False


def _from(*states: ErrandState) -> frozenset[ErrandState]:
    return frozenset(states)


_ASKED, _TAKEN, _DONE = ErrandState.ASKED, ErrandState.TAKEN, ErrandState.DONE
_HANDED = ErrandState.HANDED_OVER
STEPS = {
    step.name: step
    for step in (
        Step("take", gettext_lazy("I take it"), _from(_ASKED), _TAKEN),
        Step("take_over", gettext_lazy("Take it over"), _from(_TAKEN, _DONE), None),
        Step("done", gettext_lazy("It is done"), _from(_TAKEN), _DONE, own=True),
        Step(
            "hand_over",
            gettext_lazy("Give it to the resident"),
            _from(_TAKEN, _DONE),
            ErrandState.HANDED_OVER,
            own=True,
        ),
        Step("cancel", gettext_lazy("Cancel it"), _from(_ASKED, _TAKEN, _DONE), ErrandState.CANCELLED),
        Step("undo", gettext_lazy("Take back"), _from(_TAKEN, _DONE), None, own=True),
    )
}
OPEN = frozenset({_ASKED, _TAKEN, _DONE})


def steps_of(errand: Errand, user: User) -> list[Step]:
    """What this person may do with the errand now, in the order of the table."""
    if not access.may_write(user, errand.household.dwelling.grid):
        return []
    return [step for step in STEPS.values() if _fits(step, errand, user)]


def _fits(step: Step, errand: Errand, user: User) -> bool:
    is_mine = errand.taken_by_id == user.pk
    if errand.state not in step.starts or (step.own and not is_mine):
        return False
    if step.name == "take_over":
        return not is_mine
    return step.name != "undo" or undo_until(errand) > clock.now()


def undo_until(errand: Errand) -> datetime:
    """Until when the last step may be taken back."""
    return (errand.done_at or errand.taken_at or errand.asked_at) + UNDO_WITHIN


def ask(
    household: Household,
    *,
    actor: User,
    submission_id: UUID,
    kind: ErrandKind,
    words: str = "",
    resident: Resident | None = None,
    due_on: date | None = None,
) -> tuple[Errand, bool]:
    """Note an errand down, or find the one that this very form made; True when it is new.

    Raises:
        Refused: not this person's household, it has moved away, or the day has passed.
    """
    if not access.may_write(actor, household.dwelling.grid):
        raise Refused(_("This household is in another unit's care."))
    if first := Errand.objects.filter(submission_id=submission_id, noted_by=actor).first():
        return first, False
    if not household.is_here:
        raise Refused(_("This household has moved away."))
    if due_on and due_on < today():
        raise Refused(_("This day has passed."), field="due_on")
    fields = {"kind": kind, "words": storable(words), "resident": resident, "due_on": due_on}
    try:
        with transaction.atomic():
            errand = Errand.objects.create(
                household=household, noted_by=actor, submission_id=submission_id, **fields
            )
    except IntegrityError:
        if first := Errand.objects.filter(submission_id=submission_id, noted_by=actor).first():
            return first, False
        raise
    return errand, True


def take(errand: Errand, *, actor: User, version: int) -> None:
    """It is mine now. Raises: Refused, ChangedMeanwhile."""
    _move(errand, "take", actor, version, lambda now: {"taken_by": actor, "taken_at": now})


def take_over(errand: Errand, *, actor: User, version: int) -> None:
    """From whoever has it. Raises: Refused, ChangedMeanwhile."""
    _move(errand, "take_over", actor, version, lambda _now: {"taken_by": actor})


def done(errand: Errand, *, actor: User, version: int) -> None:
    """The outcome is here, to be handed over. Raises: Refused, ChangedMeanwhile."""
    _move(errand, "done", actor, version, lambda now: {"done_at": now})


def hand_over(errand: Errand, *, actor: User, version: int, receipt: Receipt) -> None:
    """The resident has it, and signed for it. Raises: Refused, ChangedMeanwhile."""
    _move(
        errand,
        "hand_over",
        actor,
        version,
        lambda now: {
            "done_at": errand.done_at or now,
            "handed_at": now,
            "signature": receipt.stored(),
        },
    )


def cancel(errand: Errand, *, actor: User, version: int, why: str) -> None:
    """Nobody wants it any more, or it cannot be done. Raises: Refused, ChangedMeanwhile."""
    reason = storable(why)
    if not reason:
        raise Refused(_("Please say why it is cancelled."), field="why")
    _move(errand, "cancel", actor, version, lambda now: {"cancelled_at": now, "cancelled_why": reason})


def undo(errand: Errand, *, actor: User, version: int) -> None:
    """Take my last step back, within a minute. Raises: Refused, ChangedMeanwhile."""
    if errand.state == ErrandState.DONE:
        back: dict[str, Any] = {"state": ErrandState.TAKEN, "done_at": None}
    else:
        back = {"state": ErrandState.ASKED, "taken_by": None, "taken_at": None}
    _move(errand, "undo", actor, version, lambda _now: back)


def _move(
    errand: Errand,
    name: str,
    actor: User,
    version: int,
    fields_at: Callable[[datetime], dict[str, Any]],
) -> None:
    """Take one arrow with a compare-and-swap; taken by the same person before, it is done already.

    Raises:
        Refused: the arrow does not start here, or not for this person.
        ChangedMeanwhile: somebody else was faster; nothing was written.
    """
    step = STEPS[name]
    if not access.may_write(actor, errand.household.dwelling.grid):
        raise Refused(_("This household is in another unit's care."))
    if version < errand.version and _was_taken(step, errand, actor):
        return
    if version != errand.version:
        raise _too_late(step, errand)
    if not _fits(step, errand, actor):
        raise Refused(_("“%(step)s” is not possible as it stands now.") % {"step": step.label})
    fields = {**({"state": step.ends} if step.ends else {}), **fields_at(clock.now())}
    moved = Errand.objects.filter(pk=errand.pk, version=version).update(version=F("version") + 1, **fields)
    errand.refresh_from_db()
    if not moved:
        raise _too_late(step, errand)


def _was_taken(step: Step, errand: Errand, actor: User) -> bool:
    """Whether a second tap comes from who tapped first; who cancelled is not kept, cancelled is cancelled."""
    if step.name == "cancel":
        return errand.state == ErrandState.CANCELLED
    is_there = errand.state == step.ends or step.name == "take_over"
    return is_there and errand.taken_by_id == actor.pk


def _too_late(step: Step, errand: Errand) -> Refused:
    """Somebody else was faster: who, where that helps."""
    if step.name in ("take", "take_over") and errand.taken_by:
        return Refused(_("%(who)s was faster and has this errand now.") % {"who": errand.taken_by})
    return ChangedMeanwhile()
