"""What is told without anybody's press: actions due soon, actions late, seats that end.

Each row is marked when it was told of; run twice, the second sweep finds nothing left.
"""

from collections import defaultdict
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from grids.models import User, today
from partybuilding import access
from partybuilding.meetings import messages
from partybuilding.meetings.models import Action, Body, Seat
from partybuilding.meetings.queries import ActionQuerySet
from partybuilding.meetings.services.actions import owners
from partybuilding.meetings.terms import AGAIN_DAYS
from wangguan.notify import outbox

BATCH = 200


@transaction.atomic
def remind_soon(on: date | None = None) -> int:
    """Owners hear, three days before, of what is due; of how many actions."""
    day = on or today()
    rows = _locked(Action.objects.soon(day))
    for action in rows:
        mark = f"{action.due_on:%Y%m%d}"
        outbox.add(messages.of_action(messages.SOON, action, mark, owners(action)))
    Action.objects.filter(pk__in=[row.pk for row in rows]).update(soon_told_on=day)
    return len(rows)


@transaction.atomic
def remind_late(on: date | None = None) -> int:
    """Owners and those who keep the table hear on the day after it was due, then every week; of how many."""
    day = on or today()
    not_lately = Q(late_told_on__isnull=True) | Q(late_told_on__lte=day - timedelta(days=AGAIN_DAYS))
    rows = _locked(Action.objects.late(day).filter(not_lately))
    keepers: dict[int | None, list[User]] = {}
    for action in rows:
        community, mark = action.topic.body.community_id, f"{day:%Y%m%d}"
        if community not in keepers:
            keepers[community] = access.keepers_of(community)
        own = messages.of_action(messages.LATE, action, mark, owners(action))
        outbox.add(own + messages.to_keepers(messages.LATE, action, mark, keepers[community]))
    Action.objects.filter(pk__in=[row.pk for row in rows]).update(late_told_on=day)
    return len(rows)


def _locked(found: ActionQuerySet) -> list[Action]:
    rows = found.select_related("topic__body", "seat", "user").order_by("due_on", "pk")
    return list(rows.select_for_update(of=("self",), skip_locked=True)[:BATCH])


@transaction.atomic
def remind_of_terms(on: date | None = None) -> int:
    """Those who keep a table hear, three months before, of seats that end and nobody follows; how many."""
    day = on or today()
    waiting = Seat.objects.ending(day).filter(reminded_on__isnull=True)
    rows = list(waiting.select_for_update(of=("self",)).select_related("body").defer("name", "phone"))
    endings: dict[tuple[Body, date], list[Seat]] = defaultdict(list)
    for row in rows:
        if row.ends_on:
            endings[row.body, row.ends_on].append(row)
    for body, last in endings:
        outbox.add(messages.of_ending(body, last.isoformat(), access.keepers_of(body.community_id)))
    Seat.objects.filter(pk__in=[row.pk for row in rows]).update(reminded_on=day)
    return len(rows)
