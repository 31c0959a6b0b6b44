"""The office's pages: the centres, one in its week, asking for a room, answering who asks."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import member as staff
from grids.models import today
from partybuilding import access
from partybuilding.access import By
from partybuilding.centre import calendar, hours, week
from partybuilding.centre.access import allowed, may_book, seats
from partybuilding.centre.forms import NoteForm
from partybuilding.centre.models import Booking, Centre, Room
from partybuilding.centre.services import steps
from partybuilding.centre.views import asking
from partybuilding.centre.workflow import STEPS, Seat
from requests_app.desk.doors import for_office, frame
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

HERE = "centres"
PAGE = 30


@require_GET
@for_office()
def centres(request: HttpRequest) -> HttpResponse:
    """Every centre, who waits for a room, and what the reader has booked."""
    user = staff(request)
    waiting = Booking.objects.visible_to(user).to_answer().for_list().order_by("pk")
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 18:
        waiting = waiting.filter(pk__gt=int(after))
    found = list(waiting[: PAGE + 1])
    own = Booking.objects.filter(user=user).blocking().ahead().for_list().order_by("span", "pk")
    context = {
        **frame(request, HERE),
        "centres": Centre.objects.visible_to(user).for_list(),
        "waiting": [(row, allowed(By(user), row)) for row in found[:PAGE]],
        "next": f"after={found[PAGE - 1].pk}" if len(found) > PAGE else "",
        "own": own[:PAGE],
        "may_add": access.may_write(user),
    }
    return page(request, "centre/office_list.html", context)


@require_GET
@for_office()
def centre(request: HttpRequest, pk: int) -> HttpResponse:
    """A centre's week: who has which room when."""
    user = staff(request)
    row = get_object_or_404(Centre.objects.visible_to(user).for_list(), pk=pk)
    rooms = list(row.rooms.with_hours())
    monday = week.asked(request.GET.get("week", ""))
    bookings = week.booked(rooms, monday)
    in_use = {booking.room_id for booking in bookings}
    shown = [room for room in rooms if room.in_use or room.pk in in_use]
    keeps = access.keeps(user, row.community_id)
    context = {
        **frame(request, HERE),
        "centre": row,
        "rooms": shown,
        "week": week.of(row, shown, monday, bookings=bookings),
        "this_week": hours.monday_of(today()),
        "keeps": keeps,
        "may_book": keeps or (row.community_id is None and access.may_write(user)),
        "closures": row.closures.filter(span__endswith__gt=hours.whole_day(today())[0])
        .select_related("room")
        .order_by("span")[:PAGE],
    }
    return page(request, "centre/week.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """A room for the office itself, or for somebody who called."""
    user = staff(request)
    rooms = Room.objects.visible_to(user).bookable().select_related("centre")
    room, by = get_object_or_404(rooms, pk=pk), By(user)
    if not may_book(by, room):
        raise PermissionDenied(_("This room is not yours to book."))
    form = asking.form_of(request.POST, room, None, request.GET.dict())
    if request.method == "POST" and (rows := asking.booked(form, room, by=by)):
        messages.success(request, f"{rows[0].get_state_display()}: {rows[0]}")
        return see_other(f"{room.centre.get_absolute_url()}?week={hours.day_of(rows[0].starts_at)}")
    context = {**frame(request, HERE), "form": form, "room": room}
    return page(request, "centre/office_book.html", context, status=422 if form.errors else 200)


@require_GET
@for_office()
def booking(request: HttpRequest, pk: int) -> HttpResponse:
    return _booking(request, _found(request, pk))


def _booking(
    request: HttpRequest, row: Booking, *, refusal: str = "", form: NoteForm | None = None, status: int = 200
) -> HttpResponse:
    by = By(staff(request))
    held = seats(by, row)
    context: dict[str, Any] = {
        **frame(request, HERE),
        "row": row,
        "steps": allowed(by, row),
        "keeps": Seat.KEEPER in held,
        "is_own": Seat.BOOKER in held,
        "weeks": Booking.objects.filter(form_id=row.form_id).for_list().order_by("week"),
        "form": form or NoteForm(),
        "refusal": refusal,
    }
    return page(request, "centre/booking.html", context, status=status)


@require_POST
@for_office()
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Give a room, do not give it, take it back, give one's own back."""
    row = _found(request, pk)
    if name not in STEPS:
        raise Http404
    try:
        steps.take(row, name, by=By(staff(request)), note=request.POST.get("note", ""))
    except Refused as refusal:
        form = NoteForm(request.POST)
        return _booking(request, row, refusal=refusal.sentence, form=form, status=409)
    messages.success(request, f"{row.get_state_display()}: {row}")
    return see_other(row.get_absolute_url())


@require_GET
@for_office()
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """A booking for the calendar of whoever has it."""
    row = get_object_or_404(Booking.objects.filter(user=staff(request)).for_list(), pk=pk)
    response = calendar.answer(calendar.of_booking(row), f"booking-{row.pk}.ics")
    response["Cache-Control"] = "private, no-store"
    return response


def _found(request: HttpRequest, pk: int) -> Booking:
    return get_object_or_404(Booking.objects.visible_to(staff(request)).for_list(), pk=pk)
