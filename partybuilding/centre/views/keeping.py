"""What only whoever keeps a centre does: closing it, and reading how it is used."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import member as staff
from grids.models import today
from partybuilding import access
from partybuilding.access import By
from partybuilding.centre import figures
from partybuilding.centre.forms import ActivityForm, CloseForm
from partybuilding.centre.models import Activity, Centre, Closure
from partybuilding.centre.queries import ActivityQuerySet
from partybuilding.centre.services import activities as planning
from partybuilding.centre.services import closing
from partybuilding.centre.services.closing import StillBooked
from requests_app.desk.doors import for_office, frame
from wangguan import clock
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

HERE = "centres"
PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a room or the centre for a time; bookings in the way are named first."""
    row = kept(request, pk)
    form = CloseForm(request.POST or None, centre=row)
    if request.method == "POST" and form.is_valid() and (count := _close(request, row, form)) is not None:
        said = ngettext(
            "Closed; %(count)d booking was taken back.", "Closed; %(count)d bookings were taken back.", count
        )
        messages.success(request, said % {"count": count})
        return see_other(row.get_absolute_url())
    context = {**frame(request, HERE), "centre": row, "form": form}
    return page(request, "centre/close.html", context, status=422 if form.errors else 200)


def _close(request: HttpRequest, row: Centre, form: CloseForm) -> int | None:
    """How many bookings were taken back; None when the form now says what is wrong."""
    told = form.cleaned_data
    try:
        _closure, count = closing.close(
            row,
            room=told["room"],
            span=(told["since"], told["until"]),
            why=told["why"],
            take_back=told["take_back"],
            by=By(staff(request)),
        )
    except StillBooked as refusal:
        form.show_bookings()
        form.add_error("take_back", refusal.sentence)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
    else:
        return count
    return None


@require_POST
@for_office()
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """A closure goes."""
    seen = Centre.objects.visible_to(staff(request))
    row = get_object_or_404(Closure.objects.select_related("centre").filter(centre__in=seen), pk=pk)
    try:
        closing.lift(row, by=By(staff(request)))
    except Refused as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    messages.success(request, _("It is open again."))
    return see_other(row.centre.get_absolute_url())


@require_GET
@for_office()
def activities(request: HttpRequest, pk: int) -> HttpResponse:
    """What goes on from now on, and what went on; the nearest first."""
    user = staff(request)
    row = get_object_or_404(Centre.objects.visible_to(user).for_list(), pk=pk)
    rows, now = Activity.objects.in_centre(row).with_counts(), clock.now()
    over = rows.filter(gathering__ends_at__lte=now).order_by("-gathering__starts_at", "-pk")
    context = {
        **frame(request, HERE),
        "centre": row,
        "ahead": rows.filter(gathering__ends_at__gt=now).order_by("gathering__starts_at", "pk")[:PAGE],
        **_page(request, over),
        "keeps": access.keeps(user, row.community_id),
    }
    return page(request, "centre/activities.html", context)


def _page(request: HttpRequest, over: ActivityQuerySet) -> dict[str, Any]:
    """A page of what is over, by the last one that the reader saw."""
    after = request.GET.get("after", "")
    last = Activity.objects.filter(pk=int(after)).first() if after.isdecimal() and len(after) < 18 else None
    if last:
        starts = last.gathering.starts_at
        over = over.filter(
            Q(gathering__starts_at__lt=starts) | Q(gathering__starts_at=starts, pk__lt=last.pk)
        )
    found = list(over[: PAGE + 1])
    further = f"after={found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return {"over": found[:PAGE], "next": further}


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """An activity and its room, in one go."""
    row = kept(request, pk)
    form = ActivityForm(request.POST or None, centre=row)
    if request.method == "POST" and form.is_valid() and (planned := _plan(request, form)):
        messages.success(request, _("Announced; the room is booked."))
        return see_other(reverse("party_gathering_people", args=[planned.gathering_id]))
    context = {**frame(request, HERE), "centre": row, "form": form}
    return page(request, "centre/plan.html", context, status=422 if form.errors else 200)


def _plan(request: HttpRequest, form: ActivityForm) -> Activity | None:
    """The activity; None when the form now says what is wrong."""
    try:
        return planning.plan(form.cleaned_data["room"], by=By(staff(request)), **form.planned())
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return None


@require_GET
@for_office()
def used(request: HttpRequest, pk: int) -> HttpResponse:
    """How much of a year the rooms were used, and who came to what."""
    row = get_object_or_404(Centre.objects.visible_to(staff(request)).for_list(), pk=pk)
    asked = request.GET.get("year", "")
    told = int(asked) if asked.isdecimal() and len(asked) == 4 else 0
    year = told if 2000 <= told <= 2100 else today().year
    context = {
        **frame(request, HERE),
        "centre": row,
        "year": year,
        "years": range(today().year, max(row.made_at.year, today().year - 5) - 1, -1),
        "months": figures.MONTHS,
        "used": figures.of(row, year),
    }
    return page(request, "centre/used.html", context)


def kept(request: HttpRequest, pk: int) -> Centre:
    """The centre, for whoever keeps it; others who see it are told that it is not theirs."""
    user = staff(request)
    row = get_object_or_404(Centre.objects.visible_to(user).for_list(), pk=pk)
    if not access.keeps(user, row.community_id):
        raise PermissionDenied(_("This centre is not yours to keep."))
    return row
