"""A call-out: whom it reaches, calling, widening, answers, standing down, ending.

Whoever changes a call-out or answers it holds its row: an answer is either before standing down or after.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grids.models import Community, Grid
from partybuilding import access
from partybuilding.access import By
from partybuilding.teams import messages
from partybuilding.teams.access import keeps, seats
from partybuilding.teams.models import Called, CallOut, Team, Volunteer
from partybuilding.teams.queries import Area
from partybuilding.teams.terms import COMING, GIVEN, WORDS_MAX, Answer
from partybuilding.teams.workflow import CALL_STEPS, Seat, Stage
from wangguan import clock, journal
from wangguan.notify import outbox
from wangguan.notify.models import Message
from wangguan.notify.models import State as Sending
from wangguan.refusals import Refused
from wangguan.swap import MovedMeanwhile, swap
from wangguan.words import storable

R = TypeVar("R")
BATCH = 500
"""Volunteers of one statement and of one nudge (`wangguan.notify.nudge.MOST_KEYS`)."""


@dataclass(frozen=True)
class Task:
    """What volunteers are called for. `words` goes out by text message."""

    kind: str
    words: str
    place: str
    starts_at: datetime
    wanted: int


def reach(area: Area, *, call: CallOut | None = None) -> int:
    """How many this area would call, those already called by `call` left out."""
    return _fresh(area, call).count()


def _fresh(area: Area, call: CallOut | None) -> Any:
    found = Volunteer.objects.in_area(area)
    return found.exclude(calls__call=call) if call else found


def may_call(by: By, community_id: int | None, area: Area) -> None:
    """Raises: Refused: not this person's office, or an area beyond its community."""
    if by.user is None or not keeps(by, community_id):
        raise Refused(_("Only the office that keeps the volunteers calls them out."))
    if not area:
        raise Refused(_("Please choose at least one community, grid or team."), field="communities")
    if access.keeps_street(by.user):
        return
    own = access.own_communities(by.user)
    grids = Grid.objects.filter(pk__in=area.grids).exclude(community__in=own)
    teams = Team.objects.filter(pk__in=area.teams).exclude(community__in=own)
    if set(area.communities) - own or grids.exists() or teams.exists():
        raise Refused(_("Beyond your own community the street calls."), field="communities")


@transaction.atomic
def call_out(
    task: Task, area: Area, *, community: Community | None, seen: int, form_id: UUID, by: By
) -> CallOut:
    """Call everybody of the area by text message, at once; the same form again calls nobody twice.

    Args:
        community: whose call-out it is; None: the street's.
        seen: how many the preview said would be called.

    Raises:
        Refused: not this office's, nobody would be called, or not as many as the preview said.
    """
    may_call(by, community.pk if community else None, area)
    if first := CallOut.objects.filter(form_id=form_id).first():
        return first
    _check_seen(reach(area), seen)
    told = {**vars(task), "community": community, "skills": list(area.skills), "made_by": by.user}
    row, is_new = CallOut.objects.get_or_create(form_id=form_id, defaults=told)
    if is_new:
        _spread(row, area)
        count = _call(row, area)
        journal.note(by.user, [row], journal.ADDITION, _told(count))
    return row


def _check_seen(now: int, seen: int) -> None:
    if not now:
        raise Refused(_("Nobody would be called; please choose a larger area or fewer skills."))
    if now != seen:
        raise Refused(_("The list has changed: %(count)d would be called now.") % {"count": now})


def _spread(call: CallOut, area: Area) -> None:
    call.communities.add(*area.communities)
    call.grids.add(*area.grids)
    call.teams.add(*area.teams)


def _call(call: CallOut, area: Area) -> int:
    """Write a row and a message for everybody not called before; some hundreds in each statement."""
    fresh = list(_fresh(area, call).only("pk", "phone").order_by("pk"))
    for some in _batched(fresh):
        rows = [Called(call=call, volunteer=volunteer, batch=call.batch) for volunteer in some]
        Called.objects.bulk_create(rows, ignore_conflicts=True)
        outbox.add(messages.of_called(call, some))
    return len(fresh)


def _batched(rows: list[R]) -> Iterator[list[R]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def _told(count: int) -> str:
    return ngettext("%(count)d volunteer called", "%(count)d volunteers called", count) % {"count": count}


def area_of(call: CallOut, more: Area) -> Area:
    """The call-out's area with what is added to it; skills are those of `more`, which may be fewer."""
    return Area(
        {*call.communities.values_list("pk", flat=True), *more.communities},
        {*call.grids.values_list("pk", flat=True), *more.grids},
        {*call.teams.values_list("pk", flat=True), *more.teams},
        more.skills,
    )


@transaction.atomic
def widen(call: CallOut, more: Area, *, batch: int, seen: int, by: By) -> int:
    """Call a further round: a larger area, or the same one with fewer skills; how many were called.

    Args:
        batch: the rounds called when the page was read: a second tap finds one more.

    Raises:
        Refused: not this office's, over, an area beyond it, or not as many as the preview said.
        MovedMeanwhile: somebody else called more first.
    """
    row = _held(call)
    if row.batch != batch:
        raise MovedMeanwhile
    _check("widen", row, by)
    area = area_of(row, more)
    may_call(by, row.community_id, area)
    _check_seen(reach(area, call=row), seen)
    swap(row, stage=Stage.CALLING, batch=row.batch + 1, skills=list(area.skills), stood_down_at=None)
    _spread(row, area)
    count = _call(row, area)
    journal.note(by.user, [row], journal.CHANGE, _told(count))
    return count


@transaction.atomic
def answer(row: Called, given: str, *, by: By, version: int | None = None) -> None:
    """Somebody who was called says whether they come, or the office says it for them.

    Args:
        version: of the row when the page was read, asked of the office alone: a volunteer's own word
            counts whatever stood before.

    Raises:
        Refused: not this person's, no answer, or the call-out is over or has enough.
        MovedMeanwhile: the volunteer has answered meanwhile.
    """
    call = _held(row.call)
    row = Called.objects.select_related("volunteer").get(pk=row.pk)
    held = seats(by, row.volunteer) | seats(by, call)
    _check_answer(call, row, given, held)
    if row.answer == given:
        return
    if Seat.SELF not in held and version not in (None, row.version):
        raise MovedMeanwhile
    none: dict[str, Any] = {} if given in COMING else {"hours": None, "hours_by": None}
    swap(row, answer=given, answered_at=clock.now(), answered_by=by.user, **none)
    if by.user:
        journal.note(by.user, [call], journal.CHANGE, f"{Answer(given).label}: {row.volunteer}")


def _check_answer(call: CallOut, row: Called, given: str, held: frozenset[Seat]) -> None:
    if not held:
        raise Refused(_("This is not yours to do."))
    if given not in GIVEN:
        raise Refused(_("Please choose one of the answers."))
    if not call.is_running:
        raise Refused(_("The call-out is over. Thank you all the same!"))
    if call.stage == Stage.ENOUGH and given in COMING and row.answer not in COMING:
        raise Refused(_("Enough neighbours come by now; you can stay at home. Thank you!"))


@transaction.atomic
def stand_down(call: CallOut, *, by: By) -> int:
    """Enough come: whoever has not answered is told to stay at home; how many were told.

    Messages that nobody began to send are taken back, and those people hear nothing at all.

    Raises:
        Refused: not this office's, or not calling any more.
    """
    row = _held(call)
    if row.stage == Stage.ENOUGH:
        return 0
    _check("stand_down", row, by)
    swap(row, stage=Stage.ENOUGH, stood_down_at=clock.now())
    silent = list(row.called.filter(answer=Answer.SILENT).select_related("volunteer"))
    reached = _still_to_tell(row, silent)
    for some in _batched(reached):
        outbox.add(messages.of_stood_down(row, some))
    journal.note(by.user, [row], journal.CHANGE, str(Stage.ENOUGH.label))
    return len(reached)


def _still_to_tell(call: CallOut, silent: list[Called]) -> list[Called]:
    """Take back what was not sent yet; those whose message is out."""
    keys = {messages.key_of_call(call, row.volunteer_id): row for row in silent}
    outbox.cancel(keys)
    held_back = Message.objects.about(f"CALL-{call.pk}").filter(state=Sending.CANCELLED)
    unsent = set(held_back.values_list("key", flat=True))
    return [row for key, row in keys.items() if key not in unsent]


@transaction.atomic
def end(call: CallOut, *, outcome: str, by: By) -> int:
    """It is over: whoever said they come is thanked; how many were.

    Raises:
        Refused: not this office's.
    """
    row = _held(call)
    if not row.is_running:
        return 0
    _check("end", row, by)
    waiting = row.called.filter(answer=Answer.SILENT).values_list("volunteer", flat=True)
    outbox.cancel([messages.key_of_call(row, key) for key in waiting])
    swap(row, stage=Stage.ENDED, ended_at=clock.now(), outcome=storable(outcome)[:WORDS_MAX])
    came = list(row.called.coming().select_related("volunteer"))
    outbox.add(messages.of_thanked(row, came))
    journal.note(by.user, [row], journal.CHANGE, str(Stage.ENDED.label))
    return len(came)


@transaction.atomic
def give_hours(call: CallOut, hours: Mapping[int, Decimal | None], *, by: By) -> int:
    """The office writes down how long people helped, by the key of `Called`; how many rows changed.

    Raises:
        Refused: not this office's.
    """
    row = _held(call)
    if not keeps(by, row.community_id):
        raise Refused(_("This is not yours to do."))
    changed = [each for each in row.called.coming().filter(pk__in=hours) if each.hours != hours[each.pk]]
    for each in changed:
        each.hours, each.hours_by = hours[each.pk], by.user
    Called.objects.bulk_update(changed, ["hours", "hours_by"], batch_size=BATCH)
    if changed:
        said = ngettext("hours of %(count)d volunteer", "hours of %(count)d volunteers", len(changed))
        journal.note(by.user, [row], journal.CHANGE, said % {"count": len(changed)})
    return len(changed)


def _held(call: CallOut) -> CallOut:
    return CallOut.objects.select_for_update(no_key=True).get(pk=call.pk)


def _check(name: str, call: CallOut, by: By) -> None:
    """Refuse, in a sentence, a step that is not this person's or does not start here."""
    step = CALL_STEPS[name]
    if not step.who & seats(by, call):
        raise Refused(_("This is not yours to do."))
    if call.stage not in step.starts:
        raise Refused(_("This is not possible any more; please look at the page again."))
