"""What people do with a case. Each act is compared and swapped on its version, and done once per key."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from grids.models import User
from requests_app.models import Ticket
from requests_app.roster import Roster
from requests_app.services.actor import staff
from requests_app.services.change import Change
from requests_app.supervision import access, messages
from requests_app.supervision.models import Case, Entry, limits, working_days
from requests_app.supervision.services.people import Unit, asked, standing_over
from requests_app.supervision.terms import TABLE, WORDS_MAX, Act, Cause, Over
from requests_app.workflow import SUPERVISED, SUPERVISION_ANSWERED, SUPERVISION_JUDGED
from wangguan import clock
from wangguan.notify import outbox
from wangguan.refusals import Refused
from wangguan.words import storable

_STEP = {
    Act.OPEN: SUPERVISED,
    Act.ANSWER: SUPERVISION_ANSWERED,
    Act.ACCEPT: SUPERVISION_JUDGED,
    Act.RETURN: SUPERVISION_JUDGED,
    Act.WITHDRAW: SUPERVISION_JUDGED,
}
"""What each act is called in the ticket's own history."""


class ChangedMeanwhile(Refused):
    """Somebody else acted on the case first; nothing was written."""


def open_case(
    ticket: Ticket,
    unit: Unit,
    *,
    by: User,
    reason: str,
    days: int | None = None,
    cause: Cause = Cause.DECISION,
    action_id: UUID | None = None,
) -> Case:
    """Put the ticket to a unit, which has so many working days to answer.

    Raises:
        Refused: this person may not, there is no reason, or the unit is already asked.
    """
    reason = _words(reason, _("Please write why it is put under supervision."), "reason")
    if first := _opened_with(action_id):
        return first
    if not access.may_open(by, ticket):
        raise Refused(_("Only the street, and a community for its own grids, put matters under supervision."))
    judge = _judge(unit, by)
    days = days or limits(cause).answer_days
    try:
        with transaction.atomic():
            Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)
            _refuse_second(ticket, unit)
            case = _create(ticket, unit, judge, by=by, cause=cause, reason=reason, days=days, key=action_id)
            _record(case, Act.OPEN, by, reason, action_id)
            roster = Roster.around(grid_id=unit.grid_id, community_id=unit.community_id)
            outbox.add(messages.drafts("case_opened", case, asked(case, roster)))
    except IntegrityError:
        if first := _opened_with(action_id):
            return first
        raise
    return case


def answer(
    case: Case, *, by: User, words: str, action_id: UUID | None = None, version: int | None = None
) -> Case:
    """The unit says what it has done; the level over it is told to judge.

    Raises:
        Refused: this person may not, it is not the time for it, or there are no words.
        ChangedMeanwhile: somebody else acted first.
    """
    words = _words(words, _("Please write what was done, or why it takes longer."), "words")
    now = clock.now()
    fields = {
        "answer": words,
        "answered_by": by,
        "first_answered_at": case.first_answered_at or now,
        "due_at": (due := working_days(limits(case.cause).judge_days)),
        "next_at": due,
        "over": case.judge,
    }
    return _act(case, Act.ANSWER, fields, by=by, words=words, action_id=action_id, version=version)


def judge(
    case: Case,
    *,
    by: User,
    accepted: bool,
    words: str = "",
    days: int | None = None,
    action_id: UUID | None = None,
    version: int | None = None,
) -> Case:
    """Accept the answer, which closes the case, or ask again with a reason and a new limit.

    Raises:
        Refused: this person may not, it is not the time for it, or a refused answer has no reason.
        ChangedMeanwhile: somebody else acted first.
    """
    keys: dict[str, Any] = {"by": by, "action_id": action_id, "version": version}
    if accepted:
        return _act(case, Act.ACCEPT, _over_now(), words=storable(words)[:WORDS_MAX], **keys)
    words = _words(words, _("Please write what is missing, so that the unit can answer again."), "words")
    due = working_days(days or limits(case.cause).answer_days)
    fields = {
        "round": case.round + 1,
        "reason": words,
        "answer": "",
        "due_at": due,
        "next_at": due,
        "over": case.judge,
    }
    return _act(case, Act.RETURN, fields, words=words, **keys)


def withdraw(
    case: Case, *, by: User, words: str, action_id: UUID | None = None, version: int | None = None
) -> Case:
    """Ask for nothing any more: it was opened in error, or no longer matters.

    Raises:
        Refused: this person may not, it is over already, or there is no reason.
        ChangedMeanwhile: somebody else acted first.
    """
    words = _words(words, _("Please write why it is withdrawn."), "words")
    return _act(case, Act.WITHDRAW, _over_now(), by=by, words=words, action_id=action_id, version=version)


def withdraw_voided(tickets: Sequence[int], by: User) -> None:
    """Open cases of matters whose import was undone ask for nothing any more; the units are told.

    No right of its own is asked for: whoever may undo the import may end what only came with it.
    """
    words = _("The import that the matter came with was undone.")
    for case in Case.objects.open().filter(ticket__in=tickets).select_related("ticket").order_by("pk"):
        _write(case, Act.WITHDRAW, _over_now(), by=by, words=words, action_id=None)


# --- within ------------------------------------------------------------------------------
def _act(
    case: Case,
    act: Act,
    fields: dict[str, Any],
    *,
    by: User,
    words: str,
    action_id: UUID | None,
    version: int | None,
) -> Case:
    if action_id and case.entries.filter(action_id=action_id).exists():
        return case
    if version is not None and version != case.version:
        raise _changed()
    if not access.may(by, act, case):
        raise Refused(_why_not(case, act))
    try:
        _write(case, act, fields, by=by, words=words, action_id=action_id)
    except (IntegrityError, ChangedMeanwhile):
        if action_id and case.entries.filter(action_id=action_id).exists():
            return Case.objects.get(pk=case.pk)
        raise
    return case


@transaction.atomic
def _write(
    case: Case, act: Act, fields: dict[str, Any], *, by: User, words: str, action_id: UUID | None
) -> None:
    """Compare and swap, record, tell.

    Raises:
        ChangedMeanwhile: somebody else acted first.
    """
    mine = Case.objects.filter(pk=case.pk, version=case.version, state__in=TABLE[act].sources)
    changes = {"state": TABLE[act].target, "reminders": 0, **fields}
    if not mine.update(version=F("version") + 1, **changes):
        raise _changed()
    case.version += 1
    for name, value in changes.items():
        setattr(case, name, value)
    _record(case, act, by, words, action_id)
    outbox.add(_told(case, act))


def _told(case: Case, act: Act) -> list[outbox.Draft]:
    roster = Roster.around(grid_id=case.grid_id, community_id=case.community_id)
    if act == Act.ANSWER:
        return messages.drafts("case_answered", case, standing_over(case, case.judge, roster))
    kind = {Act.ACCEPT: "case_accepted", Act.RETURN: "case_returned", Act.WITHDRAW: "case_withdrawn"}[act]
    return messages.drafts(kind, case, asked(case, roster))


def _record(case: Case, act: Act, by: User, words: str, action_id: UUID | None) -> None:
    """In the case and in the ticket's history, which residents do not read."""
    detail = {"case": case.pk, "round": case.round, "act": act.value, "unit": case.unit_code}
    event = Change(case.ticket, _STEP[act], staff(by), words, free=True, detail=detail).write()
    Entry.objects.create(
        case=case,
        act=act,
        round=case.round,
        actor=by,
        actor_title=event.actor_title,
        words=words,
        due_at=case.due_at,
        action_id=action_id,
    )


def _create(
    ticket: Ticket,
    unit: Unit,
    judge: Over,
    *,
    by: User,
    cause: Cause,
    reason: str,
    days: int,
    key: UUID | None,
) -> Case:
    due = working_days(days)
    return Case.objects.create(
        ticket=ticket,
        cause=cause,
        level=unit.level,
        grid_id=unit.grid_id,
        community_id=unit.community_id,
        section=unit.section,
        judge=judge,
        over=judge,
        reason=reason,
        days=days,
        opened_by=by,
        first_due_at=due,
        due_at=due,
        next_at=due,
        action_id=key,
    )


def _judge(unit: Unit, by: User) -> Over:
    """The opener's level, and never below the one over the unit."""
    own = Over.STREET if access.is_of_dispatch(by) else Over.COMMUNITY
    return max(own, unit.lowest_over, key=lambda over: over.rank)


def _refuse_second(ticket: Ticket, unit: Unit) -> None:
    same = {"level": unit.level, "grid_id": unit.grid_id, "section": unit.section}
    if Case.objects.open().filter(ticket=ticket, **same).exists():
        raise Refused(_("This unit is already asked about it; judge its answer, or withdraw the first case."))


def _opened_with(action_id: UUID | None) -> Case | None:
    return Case.objects.filter(action_id=action_id).first() if action_id else None


def _words(words: str, sentence: str, field: str) -> str:
    words = storable(words).strip()[:WORDS_MAX]
    if not words:
        raise Refused(sentence, field=field)
    return words


def _over_now() -> dict[str, Any]:
    return {"due_at": None, "next_at": None, "closed_at": clock.now()}


def _changed() -> ChangedMeanwhile:
    return ChangedMeanwhile(_("Somebody else acted on this case meanwhile. Please read how it stands now."))


def _why_not(case: Case, act: Act) -> str:
    if case.state not in TABLE[act].sources:
        return _("The case is “%(state)s” now; that is not possible any more.") % {
            "state": case.get_state_display()
        }
    if act == Act.ANSWER:
        return _("Only the unit that is asked answers.")
    return _("Only the level that stands over the unit decides, and nobody about their own answer.")
