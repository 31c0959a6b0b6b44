"""What stands in a calendar: a centre's hours, closures and activities; somebody's own booking."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from partybuilding.centre import hours, ics
from partybuilding.centre.ics import Event
from partybuilding.centre.models import Activity, Booking, Centre, Closure
from partybuilding.centre.queries import Span
from partybuilding.centre.terms import DAYS
from partybuilding.centre.workflow import State
from wangguan import clock

KEPT = timedelta(days=90)
"""So long closures and activities that are over stay in the calendar."""


def answer(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def of_centre(centre: Centre) -> bytes:
    """For everybody: no booking stands in it, for it says who meets whom."""
    rows = centre.closures.filter(span__endswith__gt=clock.now() - KEPT).select_related("room")
    closures = list(rows.order_by("span", "pk"))
    found = Activity.objects.in_centre(centre).filter(gathering__ends_at__gt=clock.now() - KEPT)
    activities = found.select_related("gathering").order_by("gathering__starts_at", "pk")
    events = [*_opening(centre, closures), *map(_closure, closures), *map(_activity, activities)]
    return ics.write(centre.name, events)


def of_booking(booking: Booking) -> bytes:
    """One's own booking, to be put into one's own calendar."""
    event = Event(
        uid=_uid(f"booking-{booking.pk}"),
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        title=f"{booking.room.name}: {booking.purpose}",
        words=str(State(booking.state).label),
        place=f"{booking.room.centre.name} {booking.room.name}, {booking.room.centre.address}",
        called_off=booking.state in (State.REFUSED, State.CANCELLED),
    )
    return ics.write(booking.room.centre.name, [event])


def _opening(centre: Centre, closures: Iterable[Closure]) -> Iterator[Event]:
    """One weekly entry for each day of the week on which the centre is open."""
    rooms = list(centre.rooms.bookable().with_hours())
    whole = [(row.span.lower, row.span.upper) for row in closures if row.room_id is None]
    first = hours.monday_of(hours.day_of(centre.made_at))
    for weekday, _label in DAYS:
        day = first + timedelta(days=weekday)
        if span := hours.of_centre(centre, rooms, day):
            yield Event(
                uid=_uid(f"centre-{centre.pk}-open-{weekday}"),
                starts_at=hours.at(day, span[0]),
                ends_at=hours.at(day, span[1]),
                title=_("%(centre)s is open") % {"centre": centre.name},
                place=centre.address,
                url=_page(centre),
                weekly=True,
                left_out=_left_out(weekday, span, whole),
            )


def _left_out(weekday: int, span: tuple[time, time], closed: Iterable[Span]) -> list[datetime]:
    """Days of this sort that a closure takes whole."""
    found = set()
    for start, end in closed:
        first, last = hours.day_of(start), hours.day_of(end)
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
            opens, closes = hours.at(day, span[0]), hours.at(day, span[1])
            if day.weekday() == weekday and start <= opens and closes <= end:
                found.add(opens)
    return sorted(found)


def _closure(row: Closure) -> Event:
    what = row.room.name if row.room else row.centre.name
    return Event(
        uid=_uid(f"closure-{row.pk}"),
        starts_at=row.span.lower,
        ends_at=row.span.upper,
        title=_("%(what)s is closed: %(why)s") % {"what": what, "why": row.why},
    )


def _activity(row: Activity) -> Event:
    """Known by the same name as the file of the gathering itself, so that nobody has it twice."""
    gathering = row.gathering
    return Event(
        uid=_uid(f"gathering-{gathering.pk}"),
        starts_at=gathering.starts_at,
        ends_at=gathering.ends_at,
        title=gathering.title,
        words=gathering.words,
        place=gathering.place,
        url=settings.SITE_URL + reverse("gathering", args=[gathering.pk]),
        called_off=gathering.is_off,
    )


def _page(centre: Centre) -> str:
    return settings.SITE_URL + reverse("centre_public", args=[centre.pk])


def _uid(name: str) -> str:
    """Unique beyond this house, as the standard asks."""
    return f"{name}@{settings.SITE_URL.partition('://')[2]}"
