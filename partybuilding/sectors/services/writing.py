"""One step of a firm: locked, checked against the table, stored by compare-and-swap, recorded once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from grids.models import User
from partybuilding.sectors import access
from partybuilding.sectors.models import Entry, Firm
from partybuilding.sectors.terms import NAME_MAX, WORDS_MAX
from partybuilding.sectors.workflow import STEPS, Step
from wangguan.refusals import Refused
from wangguan.swap import MovedMeanwhile, swap
from wangguan.words import storable


@dataclass(frozen=True)
class Press:
    """Which press of which page an act was: the same `action_id` has one effect."""

    action_id: UUID | None = None
    version: int | None = None


PROGRAM = Press()
"""No page was pressed."""


@dataclass(frozen=True)
class Done:
    """What a step writes: columns of the firm, and what its entry says besides."""

    columns: dict[str, Any]
    words: str = ""
    about: str = ""


Work = Callable[[Firm], Done]


def take(firm: Firm, name: str, *, by: User, press: Press, work: Work) -> Firm:
    """Take one step; `work` says what it writes, and writes rows of its own, while the firm is locked.

    Raises:
        Refused: this person may not, or it is not the time for it.
        MovedMeanwhile: somebody else acted first.
    """
    step = STEPS[name]
    try:
        with transaction.atomic():
            row = Firm.objects.select_for_update(no_key=True).get(pk=firm.pk)
            if not seen(row, press):
                _check(row, step, by, press)
                _write(row, step, by, press, work(row))
    except IntegrityError as error:
        raise MovedMeanwhile from error
    return row


def seen(firm: Firm, press: Press) -> bool:
    """Whether this press had its effect already."""
    return bool(press.action_id) and firm.entries.filter(action_id=press.action_id).exists()


def record(firm: Firm, what: str, *, by: User, press: Press, before: str, done: Done) -> Entry:
    return Entry.objects.create(
        firm=firm,
        what=what,
        from_stage=before,
        to_stage=firm.stage,
        actor=by,
        actor_title=by.recorded_title,
        about=done.about[:NAME_MAX],
        words=done.words,
        action_id=press.action_id,
    )


def worded(words: str, sentence: str, field: str = "words") -> str:
    """The words as they are kept.

    Raises:
        Refused: there are none; `sentence` asks for them.
    """
    kept = storable(words)[:WORDS_MAX]
    if not kept:
        raise Refused(sentence, field=field)
    return kept


def _check(firm: Firm, step: Step, by: User, press: Press) -> None:
    if not step.free and press.version not in (None, firm.version):
        raise MovedMeanwhile
    if firm.stage not in step.starts:
        said = _("It stands at “%(stage)s” now; that is not possible any more.")
        raise Refused(said % {"stage": firm.get_stage_display()})
    if not access.may(by, step.name, firm):
        raise Refused(_("Your post does not include this step."))


def _write(firm: Firm, step: Step, by: User, press: Press, done: Done) -> None:
    before, columns = firm.stage, {**done.columns}
    if step.to:
        columns["stage"] = step.to
    swap(firm, Q(stage__in=step.starts), **columns)
    record(firm, step.name, by=by, press=press, before=before, done=done)
