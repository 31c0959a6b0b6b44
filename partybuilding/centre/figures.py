"""How a centre is used: hours booked by room and month. A booking counts for the month in which it begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F, Sum
from django.db.models.functions import ExtractMonth

from partybuilding.centre import hours
from partybuilding.centre.models import Booking, Centre, Room
from partybuilding.centre.workflow import State

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
    rooms: Sequence[RoomYear]

    @property
    def hours(self) -> Decimal:
        return sum((row.total for row in self.rooms), Decimal(0))


def of(centre: Centre, year: int) -> Used:
    """One year of a centre; two statements. Given rooms count, whether or not somebody came."""
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
    return Used(rooms)
