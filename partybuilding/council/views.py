"""The office's pages: councils, one council with its units, whose turn it is, and what nobody has claimed."""

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import member
from grids.models import today
from partybuilding import access
from partybuilding.access import By
from partybuilding.checkins.models import UnitCheckIn
from partybuilding.claims.unclaimed import unclaimed
from partybuilding.council import services
from partybuilding.council.forms import CouncilForm
from partybuilding.council.models import Membership
from partybuilding.council.queries import councils, members
from partybuilding.meetings.access import meet
from partybuilding.meetings.models import Body, Seat
from requests_app.desk.doors import for_office, frame
from wangguan import clock
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

HERE = "party_councils"
MOST = 50
"""Councils, or checked-in units, of one page: a street has a dozen communities."""


@require_GET
@for_office()
def listed(request: HttpRequest) -> HttpResponse:
    """Every council with its units, its next meeting and who chairs next."""
    user = member(request)
    rows = list(councils(user).select_related("community").defer("community__boundary").with_counts()[:MOST])
    seats: dict[int, list[Seat]] = defaultdict(list)
    for seat in members(rows):
        seats[seat.body_id].append(seat)
    context = {
        **frame(request, HERE),
        "rows": [(row, len(seats[row.pk]), _first(seats[row.pk])) for row in rows],
        "may_write": access.may_write(user),
    }
    return page(request, "council/list.html", context)


def _first(seats: list[Seat]) -> Seat | None:
    return next((seat for seat in seats if seat.may_chair), None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def new(request: HttpRequest) -> HttpResponse:
    """Set up a council."""
    user = member(request)
    if not access.may_write(user):
        raise PermissionDenied(_("Your post does not include this page."))
    street = access.keeps_street(user)
    form = CouncilForm(request.POST or None, communities=access.kept_communities(user), whole_street=street)
    if request.method == "POST" and form.is_valid():
        try:
            body = services.found(by=By(user), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            return see_other(reverse("party_council", args=[body.pk]))
    context = {**frame(request, HERE), "form": form}
    return page(request, "council/new.html", context, status=422 if form.errors else 200)


@require_GET
@for_office()
def council(request: HttpRequest, pk: int) -> HttpResponse:
    return _council(request, _found(request, pk))


def _council(request: HttpRequest, row: Body, *, refusal: str = "", status: int = 200) -> HttpResponse:
    seats = list(members([row]))
    units = Membership.objects.filter(body=row).select_related("check_in__unit", "seat")
    of_seat = {each.seat_id: each for each in units}
    keeps = meet(By(member(request)), row).keeps
    context: dict[str, Any] = {
        **frame(request, HERE),
        "row": row,
        "keeps": keeps,
        "seats": [(seat, of_seat.get(seat.pk)) for seat in seats],
        "in_turn": _first(seats),
        "candidates": _candidates(row, seats, of_seat) if keeps else [],
        "unclaimed": unclaimed(row.community, today()).select_related("community")[:MOST],
        "next": row.meetings.ahead().first(),
        "now": clock.now(),
        "refusal": refusal,
    }
    return page(request, "council/council.html", context, status=status)


def _candidates(row: Body, seats: list[Seat], of_seat: dict[int, Membership]) -> list[UnitCheckIn]:
    """Checked-in units without a seat here, once each."""
    sitting = {of_seat[seat.pk].check_in.unit_id for seat in seats if seat.pk in of_seat}
    rows = UnitCheckIn.objects.here().select_related("unit", "community").defer("community__boundary")
    if row.community_id:
        rows = rows.filter(community=row.community_id)
    once = rows.exclude(unit__in=sitting).order_by("unit_id", "pk").distinct("unit_id")
    return sorted(once[:MOST], key=lambda each: each.unit.name)


@require_POST
@for_office()
def join(request: HttpRequest, pk: int, check_in: int) -> HttpResponse:
    """A unit takes its seat, or sends its new contact."""
    row = _found(request, pk)
    rows = UnitCheckIn.objects.visible_to(member(request)).select_related("unit")
    unit = get_object_or_404(rows, pk=check_in)
    try:
        services.join(row, unit, by=By(member(request)))
    except Refused as refusal:
        return _council(request, row, refusal=refusal.sentence, status=409)
    messages.success(request, _("%(unit)s has a seat at the council.") % {"unit": unit.unit})
    return see_other(reverse("party_council", args=[row.pk]))


def _found(request: HttpRequest, pk: int) -> Body:
    rows = councils(member(request)).select_related("community").defer("community__boundary")
    return get_object_or_404(rows, pk=pk)
