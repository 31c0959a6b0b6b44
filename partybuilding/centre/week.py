"""One week of a centre as its pages show it: each day, each room, what is taken and what is free."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from grids.models import today
from partybuilding.centre import hours
from partybuilding.centre.models import Booking, Centre, Closure, Room
from partybuilding.centre.queries import Span
from partybuilding.centre.terms import AHEAD_DAYS
from wangguan import clock

_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Cell:
    """One room on one day. `open` is None on days without hours; `free` leaves out what is over."""

    room: Room
    open: Span | None
    closures: Sequence[Closure]
    bookings: Sequence[Booking]
    free: Sequence[Span]


@dataclass(frozen=True)
class Day:
    day: date
    is_today: bool
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Week:
    """`before` and `after` are the Mondays beside it; `after` is None where nothing can be booked yet."""

    monday: date
    days: Sequence[Day]
    before: date
    after: date | None

    @property
    def from_today(self) -> Sequence[Day]:
        """Days that are not over."""
        return [each for each in self.days if each.day >= today()]

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)


def asked(text: str) -> date:
    """The Monday of the week that an address asks for; of this week when it names no day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = today()
    # Weeks beside it are reckoned from it: the calendar's own ends are no weeks of a centre.
    return hours.monday_of(day if 2000 <= day.year <= 2100 else today())


def of(centre: Centre, rooms: Sequence[Room], monday: date, *, bookings: Sequence[Booking]) -> Week:
    """Lay a week out; reads the closures, one statement.

    Args:
        rooms: with `openings` and `centre` read along.
        bookings: of these rooms in this week, those that keep their hour.
    """
    start, end = hours.whole_day(monday)[0], hours.whole_day(monday + timedelta(days=6))[1]
    closures = list(centre.closures.between(start, end))
    by_room = {room.pk: [row for row in bookings if row.room_id == room.pk] for room in rooms}
    days = [
        Day(day, day == today(), [_cell(room, day, closures, by_room[room.pk]) for room in rooms])
        for day in (monday + timedelta(days=n) for n in range(7))
    ]
    last = hours.monday_of(today() + timedelta(days=AHEAD_DAYS))
    return Week(monday, days, monday - _WEEK, monday + _WEEK if monday < last else None)


def booked(rooms: Sequence[Room], monday: date) -> list[Booking]:
    """What keeps its hour in these rooms this week, in the order of time."""
    start, end = hours.whole_day(monday)[0], hours.whole_day(monday + timedelta(days=6))[1]
    rows = Booking.objects.blocking().between(start, end).filter(room__in=rooms)
    return sorted(rows.for_list(), key=lambda row: row.starts_at)


def _cell(room: Room, day: date, closures: list[Closure], bookings: list[Booking]) -> Cell:
    span, whole = hours.open_span(room, day), hours.whole_day(day)
    shut = hours.closing(room, closures, whole)
    own = [row for row in bookings if hours.overlap((row.starts_at, row.ends_at), whole)]
    taken = [(row.span.lower, row.span.upper) for row in shut] + [(row.starts_at, row.ends_at) for row in own]
    free = list(hours.left_of(span, taken)) if span else []
    return Cell(room, span, shut, own, list(_from_now(free, clock.now())))


def _from_now(free: list[Span], now: datetime) -> list[Span]:
    """What is over cannot be had any more; of an hour that runs the rest can, from the next full quarter."""
    quarter = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0) + timedelta(minutes=15)
    return [(max(start, quarter), end) for start, end in free if end > quarter]
