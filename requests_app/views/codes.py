"""QR codes of my units: see how often each is used, print its poster, put a new one in its place."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids import codes
from grids.doors import for_code_keepers, member, unit_of
from grids.models import Building, Community, Grid, QRToken
from grids.models.territory import QRTokenQuerySet
from grids.posters import PAPERS, Poster, as_pdf, as_svg
from wangguan import clock
from wangguan.answers import page, see_other

MOST_UNITS = 300
MOST_CODES = 200
COMMUNITY_DIGITS = 12
WEEK = timedelta(days=7)


@require_GET
@for_code_keepers
def units(request: HttpRequest) -> HttpResponse:
    """The units whose codes this person keeps, a community's grids below it."""
    user = member(request)
    force = Q(qr_tokens__revoked_at__isnull=True)
    count = Count("qr_tokens", filter=force)
    grids = codes.kept_grids(user).select_related("community").annotate(held=count).order_by("code")
    whole = codes.kept_communities(user).annotate(held=count).order_by("code")
    found: list[Any] = [*whole[:MOST_UNITS], *grids[:MOST_UNITS]]
    found.sort(key=lambda unit: str(unit.code))
    return page(request, "requests_app/codes.html", {**_frame(request), "rows": found})


@require_GET
@for_code_keepers
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """The codes of one grid with its buildings, or of a whole community."""
    place = _unit(request, code)
    since = timezone.localdate(clock.now()) - WEEK
    lately = Coalesce(Sum("scan_days__scans", filter=Q(scan_days__day__gt=since)), 0)
    force = _codes(place).in_force()
    covered = force.order_by().values("grid", "building").distinct().count()
    rows = list(force.with_place().annotate(lately=lately)[:MOST_CODES])
    context = {
        **_frame(request),
        "place": place,
        "rows": rows,
        "scans": sum(row.scans for row in rows),
        "lately": sum(row.lately for row in rows),
        "missing": _wanted(place) - covered,
        "is_cut": len(rows) == MOST_CODES,
        "papers": list(PAPERS),
    }
    return page(request, "requests_app/codes_unit.html", context)


@require_POST
@for_code_keepers
def missing(request: HttpRequest, code: str) -> HttpResponse:
    """A code for everything in the unit that has none."""
    place = _unit(request, code)
    made = codes.make_missing(_communities(place), _grids(place))
    told = ngettext("%(count)d code was made.", "%(count)d codes were made.", made) % {"count": made}
    messages.success(request, told)
    return see_other(reverse("worker_codes_unit", args=[code]))


@require_GET
@for_code_keepers
def posters(request: HttpRequest, code: str, paper: str) -> HttpResponse | FileResponse:
    """All posters of the unit in one PDF."""
    place = _unit(request, code)
    if paper not in PAPERS:
        raise Http404
    try:
        sheets = codes.posters(_codes(place))
    except codes.TooMany:
        messages.warning(request, _("These are too many posters for one file. Please print grid by grid."))
        return see_other(reverse("worker_codes_unit", args=[code]))
    if not sheets:
        messages.warning(request, _("There are no codes here yet. Make the missing ones first."))
        return see_other(reverse("worker_codes_unit", args=[code]))
    return _file(as_pdf(sheets, paper), f"{place.name}-{paper}.pdf")


@require_GET
@for_code_keepers
def poster(request: HttpRequest, pk: int, paper: str, kind: str) -> FileResponse:
    """One poster, as PDF or SVG."""
    code = get_object_or_404(codes.kept_codes(member(request)).in_force().with_place(), pk=pk)
    if paper not in PAPERS or kind not in {"pdf", "svg"}:
        raise Http404
    sheet = Poster.of(code)
    drawn = as_svg(sheet, paper).encode() if kind == "svg" else as_pdf([sheet], paper)
    return _file(drawn, f"{sheet.place}-{paper}.{kind}")


@require_http_methods(["GET", "HEAD", "POST"])
@for_code_keepers
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked once more first: from then on posters that hang outside no longer know their place."""
    code = get_object_or_404(codes.kept_codes(member(request)).with_place(), pk=pk)
    unit_page = reverse("worker_codes_unit", args=[(code.grid or code.within).code])
    if request.method != "POST":
        return page(
            request, "requests_app/codes_renew.html", {**_frame(request), "code": code, "back": unit_page}
        )
    codes.renew(code)
    messages.success(request, _("%(place)s has a new code. Please hang up its poster.") % {"place": code})
    return see_other(unit_page)


def _frame(request: HttpRequest) -> dict[str, Any]:
    return {"here": "", "unit": unit_of(member(request))}


def _unit(request: HttpRequest, code: str) -> Community | Grid:
    """The kept unit with this code.

    Raises:
        Http404: there is none, or its codes are not this person's to keep.
    """
    user = member(request)
    if len(code) == COMMUNITY_DIGITS:
        return get_object_or_404(codes.kept_communities(user), code=code)
    return get_object_or_404(codes.kept_grids(user), code=code)


def _codes(place: Community | Grid) -> QRTokenQuerySet:
    if isinstance(place, Community):
        return QRToken.objects.of_community(place)
    return QRToken.objects.of_grid(place)


def _communities(place: Community | Grid) -> QuerySet[Community]:
    return Community.objects.filter(pk=place.pk) if isinstance(place, Community) else Community.objects.none()


def _grids(place: Community | Grid) -> QuerySet[Grid]:
    own = {"community": place.pk} if isinstance(place, Community) else {"pk": place.pk}
    return Grid.objects.in_force().filter(**own)


def _wanted(place: Community | Grid) -> int:
    """How many places of the unit should have a code."""
    grids = _grids(place)
    return _communities(place).count() + grids.count() + Building.objects.filter(grid__in=grids).count()


def _file(content: bytes, name: str) -> FileResponse:
    response = FileResponse(BytesIO(content), as_attachment=True, filename=get_valid_filename(name))
    response["Cache-Control"] = "private, no-store"
    return response
