"""The day before: everybody with a place is reminded, once for each day a gathering stands on."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from grids.models import today
from partybuilding.gatherings import messages
from partybuilding.gatherings.models import Gathering
from partybuilding.gatherings.workflow import State
from wangguan.notify import outbox

BATCH = 500


def remind() -> int:
    """Remind of tomorrow; run twice, the second finds every message written. How many people."""
    day = today() + timedelta(days=1)
    start = timezone.make_aware(datetime.combine(day, time.min))
    rows = Gathering.objects.ahead().filter(starts_at__gte=start, starts_at__lt=start + timedelta(days=1))
    return sum(_remind(row, day.isoformat()) for row in rows.order_by("pk").iterator())


def _remind(gathering: Gathering, day: str) -> int:
    told, last = 0, 0
    people = gathering.sign_ups.filter(state=State.SIGNED).select_related("user").order_by("pk")
    while batch := list(people.filter(pk__gt=last)[:BATCH]):
        outbox.add(messages.of(messages.SOON, gathering, batch, occasion=day))
        told, last = told + len(batch), batch[-1].pk
    return told
