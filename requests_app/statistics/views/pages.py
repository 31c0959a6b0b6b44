"""The figures of the street or of one's communities, the matters behind each, and one's own."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from grids import doors as workers
from grids.access import admin_scope
from grids.models import User, today
from requests_app.desk.doors import for_office, frame
from requests_app.models import Ticket
from requests_app.statistics import queries, read
from requests_app.statistics.definitions import DEFINITIONS
from requests_app.statistics.forms import AskForm, Preset
from requests_app.statistics.numbers import Numbers
from requests_app.statistics.views.page import Page, own_cards
from requests_app.views import cards

PER_PAGE = 50


@require_GET
@for_office()
def statistics(request: HttpRequest) -> HttpResponse:
    """Everything counted of the chosen days."""
    scope = admin_scope(workers.member(request))
    form = AskForm(request.GET, scope=scope)
    page = Page(form.asked(), scope)
    around = frame(request, "statistics")
    status = 422 if form.errors else 200
    return render(
        request, "statistics/statistics.html", {**around, **page.context(), "form": form}, status=status
    )


@require_GET
@for_office()
def behind(request: HttpRequest) -> HttpResponse:
    """The matters that one number counts, newest first, as far as the reader may see them."""
    user, measure = workers.member(request), request.GET.get("measure", "")
    if measure not in queries.MEASURES_WITH_TICKETS:
        raise Http404
    form = AskForm(request.GET, scope=admin_scope(user))
    asked = form.asked()
    rows = queries.behind(measure, asked.span, asked.where, seen_by=user).for_list().order_by("-id")
    if (before := request.GET.get("before", "")).isdecimal():
        rows = rows.filter(pk__lt=min(int(before), 2**62))
    found = list(rows[: PER_PAGE + 1])
    context = {
        "label": measure_label(measure),
        "span": asked.span,
        "rows": cards.rows(found[:PER_PAGE]),
        "number": _number(read.figures(asked.span, asked.where), measure),
        "query": asked.query,
        "first": f"{asked.query}&measure={measure}" if before else "",
        "next": _next(found, asked.query, measure),
    }
    return render(request, "statistics/behind.html", {**frame(request, "statistics"), **context})


def _next(found: list[Ticket], query: str, measure: str) -> str:
    if len(found) <= PER_PAGE:
        return ""
    return f"{query}&measure={measure}&before={found[PER_PAGE - 1].pk}"


def _number(numbers: Numbers, measure: str) -> int:
    return int(getattr(numbers, measure))


def measure_label(measure: str) -> str:
    """What the matters of a measure have in common."""
    if measure in DEFINITIONS:
        return str(DEFINITIONS[measure].label)
    return {
        "contacted": _("Contacted in time"),
        "said": _("The resident gave a verdict"),
        "solved": _("The resident said “solved”"),
        "marked": _("Marked by the resident"),
        "satisfied": _("Marked 4 or 5"),
        "due": _("The limit ran out"),
        "due_done": _("The limit ran out, answered"),
        "on_time": _("Answered in time"),
    }[measure]


@require_GET
@for_office()
def own(request: HttpRequest) -> HttpResponse:
    """One's own figures, in the office's frame."""
    context = _own(workers.member(request), request)
    return render(request, "statistics/own.html", {**frame(request, "statistics"), **context})


@require_GET
@workers.for_staff
def own_worker(request: HttpRequest) -> HttpResponse:
    """The same on a worker's phone."""
    context = _own(workers.member(request), request)
    return render(request, "statistics/own_worker.html", {**workers.frame(request, "me"), **context})


def _own(user: User, request: HttpRequest) -> dict[str, Any]:
    """Nobody else's can be asked for: the person is who is signed in."""
    chosen = request.GET.get("span", "")
    offered = [preset for preset in Preset if preset is not Preset.FREE]
    preset = Preset(chosen) if chosen in {option.value for option in offered} else Preset.DAYS
    span = preset.span(today())
    return {
        "span": span,
        "preset": preset,
        "presets": offered,
        "as_of": read.as_of(),
        "never": read.NEVER,
        **own_cards(queries.own(user, span)),
    }
