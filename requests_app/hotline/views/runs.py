"""The hotline's files on their way in: upload, columns, what it would do, how far it is, and back out."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import member
from requests_app.desk.doors import for_office, frame
from requests_app.hotline import access, queries
from requests_app.hotline.forms import ColumnsForm, UploadForm
from requests_app.hotline.models import HotlineRun
from requests_app.hotline.services import runs
from wangguan.answers import page, see_other, wants_part
from wangguan.exchange import ways
from wangguan.exchange.outcome import rows_of
from wangguan.exchange.progress import progress
from wangguan.exchange.run import AT_WORK, ImportState
from wangguan.refusals import Refused

HERE = "hotline"
LINES = 100
LABELS = {
    "refused": gettext_lazy("Left out"),
    "changed": gettext_lazy("Known, but differs"),
    "created": gettext_lazy("New"),
}


@require_GET
@for_office(needs=access.READ)
def hotline(request: HttpRequest) -> HttpResponse:
    """What came in, newest first."""
    found = list(queries.after(queries.runs(), request.GET.get("after", ""))[: queries.PAGE + 1])
    context = {
        "runs": found[: queries.PAGE],
        "first": "all" if "after" in request.GET else "",
        "next": _next(found),
    }
    return _page(request, "runs", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(needs=access.WORK)
def upload(request: HttpRequest) -> HttpResponse:
    """The file; known headings are checked at once, others are asked about first."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*sent)
    if sent and form.is_valid():
        try:
            run = runs.upload(form.cleaned_data["file"], by=member(request))
        except Refused as refused:
            form.add_error("file", refused.sentence)
        else:
            if run.layout is None:
                return see_other(reverse("hotline_columns", args=[run.pk]))
            _try(request, lambda: runs.check(run))
            return see_other(reverse("hotline_run", args=[run.pk]))
    return _page(request, "upload", {"form": form}, status=422 if sent else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(needs=access.WORK)
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """What the headings of this file stand for."""
    run = _run(pk)
    there = reverse("hotline_run", args=[pk])
    try:
        headings = runs.headings(run)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return see_other(there)
    posted = request.POST if request.method == "POST" else None
    form = ColumnsForm(posted, headings=headings, layout=run.layout)
    if posted is not None and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("name", "hotline")}
        try:
            runs.name_columns(run, columns=form.columns, by=member(request), **given)
            runs.check(run)
        except Refused as refused:
            form.add_error(refused.field or None, refused.sentence)
        else:
            return see_other(there)
    return _page(request, "columns", {"form": form, "run": run}, status=422 if posted is not None else 200)


@require_GET
@for_office(needs=access.READ)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, what it would do, or what came of it."""
    found = _run(pk)
    what = request.GET.get("what", "")
    lines = Paginator(list(rows_of(found, what, labels=LABELS)), LINES)
    context = {
        **_about(request, found),
        "before": runs.imported_before(found) if found.state == ImportState.CHECKED else None,
        "lines": lines.get_page(request.GET.get("page")),
        "what": what if what in LABELS else "",
        "kinds": LABELS.items(),
    }
    return _page(request, "run", context)


@require_GET
@for_office(needs=access.READ)
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, asked for every two seconds; when it is over, the page is to be read anew."""
    found = _run(pk)
    if not wants_part(request):
        return see_other(reverse("hotline_run", args=[pk]))
    about = _about(request, found)
    response = page(request, "hotline/progress.html", about)
    if not about["at_work"]:
        response["HX-Refresh"] = "true"
    return response


@require_GET
@for_office(needs=access.READ)
def tickets(request: HttpRequest, pk: int) -> HttpResponse:
    """The matters that an import became; those that somebody touched since, with `?moved`."""
    found, user = _run(pk), member(request)
    rows = queries.rows_of(found, user)
    moved = "moved" in request.GET
    if moved:
        rows = rows.filter(pk__in=runs.moved(found).values("pk"))
    key = request.GET.get("after", "")
    if key.isdecimal() and len(key) < 18:
        rows = rows.filter(pk__gt=int(key))
    shown = list(rows[: queries.PAGE + 1])
    context = {
        "run": found,
        "rows": shown[: queries.PAGE],
        "moved": moved,
        "next": _next(shown, "&moved" if moved else ""),
    }
    return _page(request, "tickets", context)


@require_POST
@for_office(needs=access.WORK)
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Check, import, cancel or take back; a refusal is said on the run's page."""
    found = _run(pk)
    counts = {name: ways.number(request.POST.get(name)) for name in ways.COUNTED}
    actions: dict[str, Callable[[], None]] = {
        "check": lambda: runs.check(found),
        "import": lambda: runs.bring_in(found, counts=counts),
        "cancel": lambda: ways.cancel(found),
        "undo": lambda: runs.undo(found, by=member(request)),
    }
    if action not in actions:
        raise Http404
    if action == "import" and found.refused and "leave_out" not in request.POST:
        messages.error(request, _("Say that the rows that are left out may stay out."))
    elif action == "undo" and "sure" not in request.POST:
        messages.error(request, _("Please say that the whole import shall be taken back."))
    else:
        _try(request, actions[action])
    return see_other(reverse("hotline_run", args=[pk]))


def _next(found: Sequence[Any], besides: str = "") -> str:
    """The query of the page after this one; empty on the last."""
    return f"after={found[queries.PAGE - 1].pk}{besides}" if len(found) > queries.PAGE else ""


def _try(request: HttpRequest, action: Callable[[], None]) -> None:
    try:
        action()
    except Refused as refused:
        messages.error(request, refused.sentence)


def _run(pk: int) -> HotlineRun:
    return get_object_or_404(HotlineRun.objects.select_related("by", "layout", "undone_by"), pk=pk)


def _about(request: HttpRequest, found: HotlineRun) -> dict[str, Any]:
    works = access.may_work(member(request))
    undoing = bool(found.undo_asked_at) and found.undone_at is None and not runs.may_undo(found)
    moved = runs.moved(found).count() if works and runs.may_undo(found) else 0
    return {
        "run": found,
        "at_work": found.state in AT_WORK or undoing,
        "undoing": undoing,
        "progress": progress(found),
        "may_check": works and (found.state in ways.MAY_CHECK or ways.is_silent(found)) and found.layout_id,
        "may_name": works and found.state in ways.MAY_CHECK,
        "may_import": works and found.state == ImportState.CHECKED and found.created,
        "may_cancel": works and found.state not in ways.ENDED,
        "may_undo": works and runs.may_undo(found),
        "moved": moved,
    }


def _page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    around = {**frame(request, HERE), "works": access.may_work(member(request))}
    return page(request, f"hotline/{name}.html", {**around, **context}, status=status)
