"""Centres as everybody reads them: hours, activities, what is free; and as a calendar to subscribe to."""

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_GET

from grids.models import today
from partybuilding.centre import calendar, hours, week
from partybuilding.centre.hours import Today
from partybuilding.centre.models import Activity, Centre, Closure, Room
from wangguan.answers import SHARED_FOR, shared_page

MOST = 20
"""Activities ahead."""


@require_GET
def centres(request: HttpRequest) -> HttpResponse:
    """Every centre, with its hours of today."""
    found = list(Centre.objects.for_list())
    context = {"centres": _with_today(found, Room.objects.bookable().with_hours()), "back": "/"}
    return shared_page(request, "centre/centres.html", context)


def _with_today(centres: Iterable[Centre], rooms: Iterable[Room]) -> list[tuple[Centre, Today]]:
    day, rooms = today(), list(rooms)
    closures = list(Closure.objects.between(*hours.whole_day(day)))
    return [(centre, hours.today_at(centre, rooms, closures, day)) for centre in centres]


@require_GET
def centre(request: HttpRequest, pk: int) -> HttpResponse:
    """One centre: open today, activities ahead, and what is free in a week."""
    row = get_object_or_404(Centre.objects.for_list(), pk=pk)
    rooms = list(row.rooms.bookable().with_hours())
    monday = max(week.asked(request.GET.get("week", "")), hours.monday_of(today()))
    activities = Activity.objects.in_centre(row).ahead().with_counts()
    ((_row, opens),) = _with_today([row], rooms)
    context = {
        "centre": row,
        "today": opens,
        "activities": activities.order_by("gathering__starts_at", "pk")[:MOST],
        "rooms": rooms,
        "week": week.of(row, rooms, monday, bookings=week.booked(rooms, monday)),
        "this_week": hours.monday_of(today()),
        "back": reverse("centre_public_list"),
    }
    return shared_page(request, "centre/centre.html", context)


@require_GET
def feed(request: HttpRequest, pk: int) -> HttpResponse:
    """Opening hours, closures and activities for the calendar of a phone, in the house's language."""
    row = get_object_or_404(Centre.objects.for_list(), pk=pk)
    with override(settings.LANGUAGE_CODE):
        response = calendar.answer(calendar.of_centre(row), f"centre-{row.pk}.ics")
    response["Cache-Control"] = f"public, max-age={SHARED_FOR}"
    return response
