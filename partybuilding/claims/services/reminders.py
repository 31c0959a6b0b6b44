"""What is told every morning: milestones ahead and late, items that nobody claims. Run twice, told once."""

from datetime import date, timedelta

from django.db import transaction

from grids.models import today
from partybuilding.claims import messages
from partybuilding.claims.models import Item, Milestone
from partybuilding.claims.queries import MilestoneQuerySet
from partybuilding.claims.terms import REMIND_BEFORE
from partybuilding.claims.unclaimed import unclaimed
from wangguan.notify import outbox

BATCH = 500


def remind_ahead(on: date | None = None) -> int:
    """Milestones of the next three days; of how many somebody was told."""
    day = on or today()
    return _told(
        Milestone.objects.due_between(day, day + REMIND_BEFORE), "told_ahead_on", messages.AHEAD, day
    )


def remind_late(on: date | None = None) -> int:
    """Milestones whose day has passed; of how many somebody was told."""
    day = on or today()
    return _told(Milestone.objects.late(day), "told_late_on", messages.LATE, day)


@transaction.atomic
def _told(rows: MilestoneQuerySet, mark: str, kind: str, day: date) -> int:
    waiting = rows.filter(**{f"{mark}__isnull": True}).select_for_update(of=("self",), skip_locked=True)
    found = list(
        waiting.select_related("claim__item__unit", "claim__unit", "claim__counterpart__unit").order_by(
            "due_on", "pk"
        )[:BATCH]
    )
    outbox.add(messages.of_milestones(kind, found))
    Milestone.objects.filter(pk__in=[row.pk for row in found]).update(**{mark: day})
    return len(found)


@transaction.atomic
def remind_unclaimed(on: date | None = None) -> int:
    """Items that nobody claimed for fourteen days; of how many their keepers were told."""
    day = on or today()
    waiting = unclaimed(None, day - timedelta(days=1)).filter(told_unclaimed_on__isnull=True)
    found = list(waiting.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    for item in found:
        outbox.add(messages.to_keepers(messages.UNCLAIMED, item, day.isoformat()))
    Item.objects.filter(pk__in=[item.pk for item in found]).update(told_unclaimed_on=day)
    return len(found)
