"""A safety check on one page, what it found with its requests, and the slip for the operator."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import for_homes, frame, member
from grids.models import User, today
from residents.forms.checks import CheckForm, rest_in_order
from residents.models import Venue, Visit, VisitPhoto
from residents.services import checks as service
from residents.services.visits import Report
from residents.terms import Checked, Purpose
from residents.views.dues import due
from residents.views.venues import visible_venue
from wangguan.answers import done, page, photo_file, see_other, wants_json, why_json
from wangguan.refusals import Refused

KEPT = 10
"""So many checklists of venues that are due a phone keeps for places without signal."""


# --- the checklist ---------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def check(request: HttpRequest, key: int) -> HttpResponse:
    """The checklist; `rest` fills in what is not ticked yet as in order; else the check is kept."""
    user = member(request)
    venue = visible_venue(user, key)
    items, points = service.items_for(venue), service.open_points(venue, user)
    if request.method != "POST":
        initial = {"submission_id": uuid4()}
        return _page(request, venue, CheckForm(initial=initial, items=items, points=points))
    if "rest" in request.POST:
        filled = rest_in_order(request.POST, items)
        form = CheckForm(filled, request.FILES, items=items, points=points)
        form.is_valid()
        return _page(request, venue, form)
    form = CheckForm(request.POST, request.FILES, items=items, points=points)
    if not form.is_valid():
        return _page(request, venue, form, status=422)
    return _keep(request, venue, form)


def _page(request: HttpRequest, venue: Venue, form: CheckForm, *, status: int = 200) -> HttpResponse:
    if status != 200 and wants_json(request):
        return why_json(form, status=status)
    if form.is_bound:
        form.keep()
    context = {**frame(request, "visits"), "venue": venue, "form": form}
    return page(request, "residents/check.html", context, status=status)


def _keep(request: HttpRequest, venue: Venue, form: CheckForm) -> HttpResponse:
    told = form.cleaned_data
    report = Report(
        submission_id=told["submission_id"],
        venue=venue,
        purpose=Purpose.INSPECTION,
        visited_at=told["visited_at"],
        note=told["note"],
        checks=form.checks(),
        photos=told["photos"],
    )
    try:
        visit, is_new = service.log(report, actor=member(request))
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _page(request, venue, form, status=409)
    if is_new:
        _say_what_was_kept(request, visit)
    return done(request, reverse("worker_check", args=[venue.pk, visit.pk]))


def _say_what_was_kept(request: HttpRequest, visit: Visit) -> None:
    failed = visit.results.filter(outcome=Checked.FAILED).count()
    if not failed:
        messages.success(request, _("The check is kept; everything was in order."))
        return
    kept = ngettext(
        "The check is kept; %(count)d item was not in order.",
        "The check is kept; %(count)d items were not in order.",
        failed,
    )
    messages.success(request, kept % {"count": failed})


# --- what it found -----------------------------------------------------------------------------
def _visible_check(user: User, key: int, visit_key: int) -> Visit:
    """Raises: Http404: there is no such check, or not for them."""
    seen = Visit.objects.visible_to(user).filter(venue=key, purpose=Purpose.INSPECTION)
    seen = seen.select_related("venue", "grid__community", "by")
    return get_object_or_404(seen.defer("grid__boundary", "grid__community__boundary"), pk=visit_key)


@require_GET
@for_homes
def checked(request: HttpRequest, key: int, visit_key: int) -> HttpResponse:
    """What was looked at, and the request of each item that was not in order."""
    return _checked(request, _visible_check(member(request), key, visit_key))


def _checked(request: HttpRequest, visit: Visit, *, refusal: str = "", status: int = 200) -> HttpResponse:
    results = list(visit.results.select_related("item"))
    context = {
        **frame(request, "visits"),
        "venue": visit.venue,
        "visit": visit,
        "points": service.points_of(visit, member(request)),
        "good": [result.item for result in results if result.outcome == Checked.GOOD],
        "skipped": [result.item for result in results if result.outcome == Checked.NOT_APPLICABLE],
        "photos": _photos(visit),
        "due": due(visit.venue.next_visit_on) if visit.venue else None,
        "refusal": refusal,
    }
    return page(request, "residents/checked.html", context, status=status)


def _photos(visit: Visit) -> list[dict[str, Any]]:
    return [
        {
            "url": reverse("worker_check_photo", args=[visit.venue_id, visit.pk, photo.pk, "image"]),
            "thumbnail_url": reverse(
                "worker_check_photo", args=[visit.venue_id, visit.pk, photo.pk, "thumbnail"]
            ),
            "label": _("Photo %(number)d") % {"number": number},
        }
        for number, photo in enumerate(visit.photos.all(), start=1)
    ]


@require_POST
@for_homes
def ask(request: HttpRequest, key: int, visit_key: int, finding_key: int) -> HttpResponse:
    """Make it a request after all; pressed twice, it is the same one."""
    visit = _visible_check(member(request), key, visit_key)
    finding = get_object_or_404(
        visit.findings.select_related("result__item", "visit__venue", "visit__grid__community"),
        pk=finding_key,
        result__isnull=False,
    )
    try:
        asked = service.ask(finding, actor=member(request))
    except Refused as refused:
        return _checked(request, visit, refusal=refused.sentence, status=409)
    messages.success(request, _("It is request %(number)s now.") % {"number": asked.number})
    return see_other(reverse("worker_check", args=[key, visit_key]))


@require_GET
@for_homes
def photo(request: HttpRequest, key: int, visit_key: int, photo_key: int, size: str) -> FileResponse:
    visit = _visible_check(member(request), key, visit_key)
    return photo_file(get_object_or_404(VisitPhoto, pk=photo_key, visit=visit), size)


# --- the slip ------------------------------------------------------------------------------------
@require_GET
@for_homes
def slip(request: HttpRequest, key: int, visit_key: int) -> HttpResponse:
    """One sheet for the operator: what is not in order, what is asked of them, whom to call."""
    user = member(request)
    visit = _visible_check(user, key, visit_key)
    context = {
        **frame(request, "visits"),
        "venue": visit.venue,
        "visit": visit,
        "points": service.points_of(visit, user),
        "by": visit.by,
        "contact": visit.grid.community.contact,
    }
    return page(request, "residents/check_slip.html", context)


def worth_keeping(user: User) -> Sequence[str]:
    """Addresses of the checklists that a phone keeps: of the venues due first."""
    rows = Venue.objects.visible_to(user).due(today()).order_by("next_visit_on", "pk")
    return [reverse("worker_venue_check", args=[key]) for key in rows.values_list("pk", flat=True)[:KEPT]]
