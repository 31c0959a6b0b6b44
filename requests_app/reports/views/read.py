"""Reading reports: the list, one of them, its files."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from grids.doors import member
from requests_app.desk.doors import for_office, frame
from requests_app.reports import access
from requests_app.reports.models import Report
from requests_app.reports.services import editing, paper
from requests_app.reports.terms import TYPES, Form, Kind
from requests_app.reports.views.shown import HERE, found, whole
from wangguan.answers import page, see_other, wants_part
from wangguan.refusals import Refused

PAGE = 30
NEEDS = "reports.view_report"


@require_GET
@for_office(needs=NEEDS)
def reports(request: HttpRequest) -> HttpResponse:
    """All that this reader may know of, newest first."""
    user = member(request)
    kind, year = _asked(request)
    rows = Report.objects.visible_to(user).for_list()
    if kind:
        rows = rows.filter(kind=kind)
    if year:
        rows = rows.filter(last__gte=date(year, 1, 1), last__lte=date(year, 12, 31))
    seen = list(_after(rows, request.GET.get("after", ""))[: PAGE + 1])
    narrowed = {name: value for name, value in (("kind", kind), ("year", year)) if value}
    context = {
        **frame(request, HERE),
        "reports": seen[:PAGE],
        "kinds": Kind.choices,
        "kind": kind,
        "year": year,
        "may_edit": access.may_edit(user),
        "next": urlencode({**narrowed, "after": _key(seen[PAGE - 1])}) if len(seen) > PAGE else "",
        "first": urlencode(narrowed) if request.GET.get("after") else "",
    }
    return page(request, "reports/list.html", context)


@require_GET
@for_office(needs=NEEDS)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report as it reads, with what may be done about it beside it."""
    return page(request, "reports/one.html", whole(request, found(request, pk)))


@require_GET
@for_office(needs=NEEDS)
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether it is still being counted, asked for every two seconds; then the page is to be read anew."""
    row = found(request, pk)
    if not wants_part(request):
        return see_other(row.get_absolute_url())
    response = page(request, "reports/progress.html", {"report": row})
    if not row.is_at_work:
        response["HX-Refresh"] = "true"
    return response


@require_GET
@for_office(needs=NEEDS)
def file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The report as a document or a workbook; the download is on record."""
    row = found(request, pk)
    if form not in Form.values:
        raise Http404
    try:
        content = editing.file(row, Form(form), by=member(request))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return see_other(row.get_absolute_url())
    response = HttpResponse(content, content_type=TYPES[Form(form)])
    name = paper.file_name(row, Form(form))
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    response["Cache-Control"] = "private, no-store"
    return response


def _asked(request: HttpRequest) -> tuple[str, int]:
    """Kind and year that the address names; "" and 0 for all."""
    kind, year = request.GET.get("kind", ""), request.GET.get("year", "")
    named = int(year) if year.isdecimal() and len(year) == 4 else 0
    return (kind if kind in Kind.values else ""), (named if 2000 <= named <= 9998 else 0)


def _key(row: Report) -> str:
    return f"{row.last.isoformat()}.{row.pk}"


def _after(rows: Any, key: str) -> Any:
    """What follows the row with this key, newest first."""
    day, _dot, pk = key.partition(".")
    try:
        last = date.fromisoformat(day)
    except ValueError:
        return rows
    if not (pk.isdecimal() and len(pk) < 18):
        return rows
    return rows.filter(Q(last__lt=last) | Q(last=last, pk__lt=int(pk)))
