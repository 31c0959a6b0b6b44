"""When rooms are open, and what of it is free. Pure reckoning over rows that were read before."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from partybuilding.centre.models import Centre, Closure, Opening, Room
from partybuilding.centre.queries import Span


def at(day: date, hour: time) -> datetime:
    """This hour of the day where the portal stands."""
    return timezone.make_aware(datetime.combine(day, hour))


def day_of(moment: datetime) -> date:
    return timezone.localdate(moment)


def whole_day(day: date) -> Span:
    return at(day, time()), at(day + timedelta(days=1), time())


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def opening(room: Room, day: date) -> Opening | None:
    """The room's hours on that day of the week; `room.openings` and `room.centre` are read with it."""
    if day.weekday() in room.centre.closed_days:
        return None
    return next((row for row in room.openings.all() if row.weekday == day.weekday()), None)


def open_span(room: Room, day: date) -> Span | None:
    row = opening(room, day)
    return (at(day, row.opens), at(day, row.closes)) if row else None


def of_centre(centre: Centre, rooms: Iterable[Room], day: date) -> tuple[time, time] | None:
    """From the first room that opens to the last that closes; None: closed on that day of the week."""
    rows = [row for room in rooms if room.centre_id == centre.pk and (row := opening(room, day))]
    return (min(row.opens for row in rows), max(row.closes for row in rows)) if rows else None


@dataclass(frozen=True)
class Today:
    """A centre's hours of one day, None where it is closed all of it, and what closes all of the house."""

    span: tuple[time, time] | None
    closures: Sequence[Closure]


def today_at(centre: Centre, rooms: Iterable[Room], closures: Iterable[Closure], day: date) -> Today:
    """What stands at the centre's door on that day; a closure that takes all of it leaves no hours."""
    span = of_centre(centre, rooms, day)
    shut = [row for row in closures if row.centre_id == centre.pk and row.room_id is None]
    if span is None:
        return Today(None, [])
    open_ = at(day, span[0]), at(day, span[1])
    hit = [row for row in shut if overlap((row.span.lower, row.span.upper), open_)]
    left = list(left_of(open_, [(row.span.lower, row.span.upper) for row in hit]))
    return Today(span if left else None, hit)


def closing(room: Room, closures: Iterable[Closure], span: Span) -> list[Closure]:
    """Closures of the room or of its centre that take something of this span."""
    return [
        row
        for row in closures
        if row.centre_id == room.centre_id
        and row.room_id in (None, room.pk)
        and overlap((row.span.lower, row.span.upper), span)
    ]


def overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def left_of(whole: Span, taken: Iterable[Span]) -> Iterator[Span]:
    """What of `whole` remains when `taken` is cut out, in order."""
    start, end = whole
    for first, last in sorted(taken):
        if first >= end:
            break
        if first > start:
            yield start, first
        start = max(start, last)
    if start < end:
        yield start, end
