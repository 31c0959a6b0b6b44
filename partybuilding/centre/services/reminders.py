"""The day before: whoever has a room tomorrow is told once, however often this runs."""

from datetime import timedelta

from grids.models import today
from partybuilding.centre import hours, messages
from partybuilding.centre.models import Booking
from partybuilding.centre.workflow import State
from wangguan.notify import outbox


def remind() -> int:
    """Tell bookers of tomorrow's rooms; how many bookings there are. An activity reminds its own people.

    The outbox knows its keys: the second run of a day writes nothing.
    """
    start, end = hours.whole_day(today() + timedelta(days=1))
    rows = Booking.objects.filter(state=State.APPROVED, span__startswith__gte=start, span__startswith__lt=end)
    found = [row for row in rows.for_list() if not row.is_of_activity]
    outbox.add(draft for row in found for draft in messages.of_tomorrow(row))
    return len(found)
