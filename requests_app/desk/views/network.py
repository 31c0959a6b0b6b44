"""One network: a grid's page over every line of work; and the codes that those lines use for our grids."""

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from grids import access, line_file, network
from grids.doors import member
from grids.models import Grid, LineCode
from requests_app.desk.doors import for_office, frame
from wangguan.answers import page, see_other
from wangguan.refusals import Refused
from wangguan.words import storable
from wangguan.workbook import TYPE

KEPT = 1800
"""Seconds that an uploaded file waits for its confirmation."""
LARGEST = 2_000_000
"""Bytes of a file of codes."""
FOUND = 50


@require_GET
@for_office(needs="grids.view_grid")
def grid(request: HttpRequest, code: str) -> HttpResponse:
    """Staff, requests, visits and checks of one grid, line by line; a former code leads to today's page."""
    user = member(request)
    found = Grid.objects.by_code(code)
    scope = access.admin_scope(user)
    if found is None or not (scope.everywhere or found.community_id in scope.communities):
        raise Http404
    if found.code != code:
        return see_other(reverse("grid_network", args=[found.code]))
    context = {**frame(request, "territory"), "grid": found, "network": network.of(found, user)}
    return page(request, "territory/network.html", context)


# --- codes of the lines ------------------------------------------------------------------
class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("xlsx or csv file"),
        help_text=gettext_lazy(
            "Up to 2,000 rows: line, their code, their name, our grid's code, from, last day."
        ),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("This file is larger than 2 MB. Please split it."))
        return file


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(needs="grids.view_linecode")
def line_codes(request: HttpRequest) -> HttpResponse:
    """Look up an old code; bring in a file of them: a look first, then the confirmation."""
    may_edit = access.has_perm(member(request), "grids.add_linecode")
    if request.method != "POST":
        return _codes_page(request, FileForm() if may_edit else None)
    if not may_edit:
        raise Http404
    if "token" in request.POST:
        return _take_over(request)
    form = FileForm(request.POST, request.FILES)
    context: dict[str, Any] = {}
    if form.is_valid():
        content = form.cleaned_data["file"].read()
        try:
            context["report"] = line_file.check(content)
            context["token"] = _keep(request, content)
        except Refused as refused:
            form.add_error("file", refused.sentence)
    return _codes_page(request, form, status=422 if form.errors else 200, **context)


def _take_over(request: HttpRequest) -> HttpResponse:
    key = _key(request, request.POST["token"])
    content, count = cache.get(key), request.POST.get("count", "")
    if content is None:
        messages.error(request, _("The file was kept for half an hour only. Please upload it again."))
        return see_other(reverse("line_codes"))
    try:
        expected = int(count) if count.isdecimal() and len(count) < 6 else -1
        report = line_file.take_over(content, by=member(request), expected=expected)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        cache.delete(key)
        messages.success(request, _("Taken over: %(count)d codes.") % {"count": len(report.fresh)})
    return see_other(reverse("line_codes"))


@require_GET
@for_office(needs="grids.view_linecode")
def line_codes_file(request: HttpRequest) -> HttpResponse:
    """Every code that this office sees, in the layout that comes in."""
    response = HttpResponse(line_file.export(_rows(request)), content_type=TYPE)
    response["Content-Disposition"] = 'attachment; filename="line-codes.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


def _codes_page(
    request: HttpRequest, form: FileForm | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    typed = storable(request.GET.get("q", ""))[:30].strip()
    rows = _rows(request).exclude(grid__ended_on__isnull=False)
    found = rows.filter(Q(code__startswith=typed) | Q(name__contains=typed)) if typed else rows
    context = {
        **frame(request, "territory"),
        "form": form,
        "q": typed,
        "codes": list(found[:FOUND]),
        "former": Grid.objects.by_code(typed) if typed else None,
        **more,
    }
    return page(request, "territory/line_codes.html", context, status=status)


def _rows(request: HttpRequest) -> Any:
    rows = LineCode.objects.select_related("grid__community").order_by("line", "code", "grid__code")
    rows = rows.defer("grid__boundary", "grid__community__boundary")
    return access.admin_scope(member(request)).limit(rows, "grid__community")


def _keep(request: HttpRequest, content: bytes) -> str:
    token = secrets.token_urlsafe(16)
    cache.set(_key(request, token), content, KEPT)
    return token


def _key(request: HttpRequest, token: str) -> str:
    """One's own: nobody confirms what another uploaded."""
    return f"line-codes:{member(request).pk}:{token[:40]}"
