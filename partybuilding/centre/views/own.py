"""Rooms by phone: asking for one, what one has, giving it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from partybuilding.access import By
from partybuilding.centre import calendar
from partybuilding.centre.access import allowed, known_as, may_book
from partybuilding.centre.models import Booking, Room
from partybuilding.centre.services import steps
from partybuilding.centre.terms import AHEAD_EACH
from partybuilding.centre.views import asking
from partybuilding.centre.workflow import BLOCKING, State
from partybuilding.door.views.doors import for_known, known
from wangguan import clock
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

LATEST = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_known
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a room."""
    room = get_object_or_404(Room.objects.bookable().select_related("centre"), pk=pk)
    by = By(phone_hash=known(request))
    if not may_book(by, room):
        return page(request, "centre/not_open.html", {"room": room, "back": _centre(room)}, status=403)
    form = asking.form_of(request.POST, room, known_as(by.phone_hash), request.GET.dict())
    if request.method == "POST" and (rows := asking.booked(form, room, by=by)):
        _thank(request, rows)
        return see_other(reverse("centre_mine"))
    context = {"form": form, "room": room, "back": _centre(room)}
    return page(request, "centre/book.html", context, status=422 if form.errors else 200)


def _thank(request: HttpRequest, rows: list[Booking]) -> None:
    if rows[0].state == State.APPROVED:
        messages.success(request, _("The room is booked."))
    else:
        messages.success(
            request, _("Asked for. The office answers by text message; until then it is kept for you.")
        )


def _centre(room: Room) -> str:
    return reverse("centre_public", args=[room.centre_id])


@never_cache
@require_GET
@for_known
def mine(request: HttpRequest) -> HttpResponse:
    return _mine(request)


def _mine(request: HttpRequest, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """What one has and asked for, the nearest first; what is over or was not given below."""
    by = By(phone_hash=known(request))
    rows = Booking.objects.of_phone(by.phone_hash).for_list()
    now = clock.now()
    ahead = rows.blocking().filter(span__endswith__gt=now).order_by("span", "pk")[: 2 * AHEAD_EACH]
    over = rows.exclude(state__in=BLOCKING, span__endswith__gt=now).order_by("-span", "-pk")[:LATEST]
    context = {
        "ahead": [(row, allowed(by, row)) for row in ahead],
        "over": over,
        "refusal": refusal,
        "back": reverse("party_me"),
    }
    return page(request, "centre/mine.html", context, status=status)


@require_POST
@for_known
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """One day of it; the other weeks of a series stay."""
    row = _own(request, pk)
    try:
        steps.take(row, "give_back", by=By(phone_hash=known(request)))
    except Refused as refusal:
        return _mine(request, refusal=refusal.sentence, status=409)
    messages.success(request, _("Given back: %(what)s. Thank you.") % {"what": row})
    return see_other(reverse("centre_mine"))


@require_GET
@for_known
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own booking for one's own calendar."""
    row = _own(request, pk)
    response = calendar.answer(calendar.of_booking(row), f"booking-{row.pk}.ics")
    response["Cache-Control"] = "private, no-store"
    return response


def _own(request: HttpRequest, pk: int) -> Booking:
    return get_object_or_404(Booking.objects.of_phone(known(request)).for_list(), pk=pk)
