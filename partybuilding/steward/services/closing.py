"""The clock of what households are asked: a month opens on the 25th and closes with its last day."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from grids.models import today
from partybuilding import access
from partybuilding.meetings.workflow import UNSETTLED
from partybuilding.steward import messages
from partybuilding.steward.models import Appraisal, Backing, Poll, Shown, Steward
from partybuilding.steward.queries import households_in
from partybuilding.steward.terms import OPENS_ON
from partybuilding.steward.workflow import Asking
from wangguan.notify import outbox


def open_months(on: date | None = None) -> int:
    """From the 25th: the month of every standing table that has a property company; how many were opened."""
    day = on or today()
    if day.day < OPENS_ON:
        return 0
    month = day.replace(day=1)
    rows = Steward.objects.standing().exclude(firm="").exclude(appraisals__month=month)
    return sum(_open(row, month, day) for row in rows.with_place())


@transaction.atomic
def _open(steward: Steward, month: date, day: date) -> bool:
    last = month.replace(day=monthrange(month.year, month.month)[1])
    fields = {"opens_on": day, "closes_on": last, "firm": steward.firm}
    row, is_new = Appraisal.objects.get_or_create(steward=steward, month=month, defaults=fields)
    if is_new:
        outbox.add(messages.of_opened(row, access.keepers_of(steward.community_id)))
    return is_new


def close_over(on: date | None = None) -> int:
    """What is past its last day: counted, its salt destroyed, whoever took voices down forgotten."""
    day = on or today()
    closed = sum(_close(row, row.steward.estate_id, "marks") for row in _over(Appraisal, day, "steward"))
    for poll in _over(Poll, day, "action__topic__body__steward"):
        closed += _close(poll, poll.action.topic.body.steward.estate_id, "stars")
    return closed


def _over(model: Any, day: date, path: str) -> Iterable[Any]:
    return model.objects.over(day).select_related(path)


@transaction.atomic
def _close(row: Appraisal | Poll, estate_id: int, voices: str) -> bool:
    """Of two sweeps at once one closes; voices that are being written go first."""
    held = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if held.state == Asking.CLOSED:
        return False
    getattr(held, voices).update(taken_by=None)
    held.state, held.salt, held.asked = Asking.CLOSED, "", households_in(estate_id).count()
    held.save(update_fields=["state", "salt", "asked"])
    return True


@transaction.atomic
def forget_backings() -> int:
    """Topics that are settled keep how many households seconded them, and forget which."""
    settled = Shown.objects.exclude(topic__state__in=UNSETTLED).exclude(salt="").select_for_update()
    keys = list(settled.values_list("pk", flat=True))
    Backing.objects.filter(shown__in=keys).delete()
    return Shown.objects.filter(pk__in=keys).update(salt="")
