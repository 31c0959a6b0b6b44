"""How a centre is used: hours by room, activities and who came, by the month in which each begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import ExtractMonth

from partybuilding.centre import hours
from partybuilding.centre.models import Activity, Booking, Centre, Room
from partybuilding.centre.workflow import State
from partybuilding.gatherings.workflow import State as SignUpState
from wangguan import clock

MONTHS = range(1, 13)


@dataclass(frozen=True)
class RoomYear:
    """Hours of one room: twelve months, and all of them."""

    room: Room
    months: Sequence[Decimal]

    @property
    def total(self) -> Decimal:
        return sum(self.months, Decimal(0))


@dataclass(frozen=True)
class Used:
    """A year of a centre: `activities` and `people`, who came to them, by month."""

    rooms: Sequence[RoomYear]
    activities: Sequence[int]
    people: Sequence[int]

    @property
    def activity_count(self) -> int:
        return sum(self.activities)

    @property
    def people_count(self) -> int:
        return sum(self.people)


def of(centre: Centre, year: int) -> Used:
    """One year of a centre; three statements. Given rooms count, whether or not somebody came; activities
    once they have begun and unless they were called off.
    """
    start = hours.whole_day(date(year, 1, 1))[0]
    end = hours.whole_day(date(year, 12, 31))[1]
    found = Booking.objects.filter(
        room__centre=centre, state=State.APPROVED, span__startswith__gte=start, span__startswith__lt=end
    )
    lasted = F("span__endswith") - F("span__startswith")
    by_month = found.values("room", month=ExtractMonth("span__startswith")).annotate(lasted=Sum(lasted))
    hours_of = {
        (row["room"], row["month"]): Decimal(row["lasted"] // timedelta(minutes=1)) / 60 for row in by_month
    }
    rooms = [
        RoomYear(room, [hours_of.get((room.pk, month), Decimal(0)) for month in MONTHS])
        for room in centre.rooms.all()
    ]
    activities, people = _activities(centre, start, min(end, clock.now()))
    return Used(rooms, activities, people)


def _activities(centre: Centre, start: datetime, end: datetime) -> tuple[list[int], list[int]]:
    """How many began in each month, and how many people were there."""
    found = Activity.objects.in_centre(centre).filter(
        gathering__starts_at__gte=start, gathering__starts_at__lt=end, gathering__called_off_at=None
    )
    by_month = found.values(month=ExtractMonth("gathering__starts_at")).annotate(
        count=Count("pk", distinct=True),
        came=Count("gathering__sign_ups", filter=Q(gathering__sign_ups__state=SignUpState.ATTENDED)),
    )
    counted = {row["month"]: (row["count"], row["came"]) for row in by_month}
    pairs = [counted.get(month, (0, 0)) for month in MONTHS]
    return [count for count, _came in pairs], [came for _count, came in pairs]
