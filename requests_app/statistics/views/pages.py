"""The figures of the street or of one's communities, one's own, and the matters behind each number."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from grids import doors as workers
from grids.access import admin_scope
from requests_app.desk.doors import for_office, frame
from requests_app.queries import TicketQuerySet
from requests_app.statistics import queries, read
from requests_app.statistics.definitions import kin, measure_label
from requests_app.statistics.forms import AskForm, DaysForm, Preset
from requests_app.statistics.numbers import Numbers
from requests_app.statistics.spans import Span
from requests_app.statistics.views.own import Own
from requests_app.statistics.views.page import Page
from requests_app.views import cards

PER_PAGE = 50


@require_GET
@for_office()
def statistics(request: HttpRequest) -> HttpResponse:
    """Everything counted of the chosen days."""
    scope = admin_scope(workers.member(request))
    form = AskForm(request.GET, scope=scope)
    context = {**frame(request, "statistics"), **Page(form.asked(), scope).context(), "form": form}
    return render(request, "statistics/statistics.html", context, status=422 if form.errors else 200)


@require_GET
@for_office()
def own(request: HttpRequest) -> HttpResponse:
    """One's own figures, in the office's frame."""
    around = frame(request, "statistics")
    return render(request, "statistics/own.html", {**around, **_own(request, "statistics_own_behind")})


@require_GET
@workers.for_staff
def own_worker(request: HttpRequest) -> HttpResponse:
    """The same on a worker's phone."""
    around = workers.frame(request, "me")
    return render(request, "statistics/own_worker.html", {**around, **_own(request, "worker_figures_behind")})


def _own(request: HttpRequest, behind: str) -> dict[str, Any]:
    form = DaysForm(request.GET)
    asked = form.asked()
    return {
        **Own(asked, workers.member(request), behind=behind).context(),
        "preset": form["span"].value() if form.is_valid() else Preset.DAYS,
        "presets": [preset for preset in Preset if preset is not Preset.FREE],
    }


# --- the matters behind a number -------------------------------------------------------------
@dataclass(frozen=True)
class Behind:
    """A figure of a span, and the matters that it counts, of which the reader sees a page."""

    request: HttpRequest
    measure: str
    span: Span
    query: str
    numbers: Numbers
    tickets: TicketQuerySet

    def context(self) -> dict[str, Any]:
        """Newest first; `kin` are the other numbers of the same rate."""
        before = self.request.GET.get("before", "")
        rows = self.tickets.for_list().order_by("-id")
        if before.isdecimal():
            rows = rows.filter(pk__lt=min(int(before), 2**62))
        found = list(rows[: PER_PAGE + 1])
        last = found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None
        return {
            "label": measure_label(self.measure),
            "span": self.span,
            "rows": cards.rows(found[:PER_PAGE]),
            "number": getattr(self.numbers, self.measure),
            "kin": list(self._kin()),
            "query": self.query,
            "first": self._address(self.measure) if before else "",
            "next": f"{self._address(self.measure)}&before={last}" if last else "",
        }

    def _kin(self) -> Iterator[tuple[str, str, int, bool]]:
        for measure in kin(self.measure):
            number = getattr(self.numbers, measure)
            yield self._address(measure), measure_label(measure), number, measure == self.measure

    def _address(self, measure: str) -> str:
        return "&".join(part for part in (self.query, f"measure={measure}") if part)


@require_GET
@for_office()
def behind(request: HttpRequest) -> HttpResponse:
    """The matters that one number counts, as far as the reader may see them."""
    user, measure = workers.member(request), _measure(request)
    asked = AskForm(request.GET, scope=admin_scope(user)).asked()
    tickets = queries.behind(measure, asked.span, asked.where, seen_by=user)
    numbers = read.figures(asked.span, asked.where)
    found = Behind(request, measure, asked.span, asked.query, numbers, tickets)
    context = {**frame(request, "statistics"), **found.context(), "back": reverse("statistics")}
    return render(request, "statistics/behind.html", context)


@require_GET
@for_office()
def own_behind(request: HttpRequest) -> HttpResponse:
    """The same for one's own, in the office's frame."""
    context = {**frame(request, "statistics"), **_own_behind(request), "back": reverse("statistics_own")}
    return render(request, "statistics/behind.html", context)


@require_GET
@workers.for_staff
def own_worker_behind(request: HttpRequest) -> HttpResponse:
    """The same on a worker's phone."""
    context = {**workers.frame(request, "me"), **_own_behind(request), "back": reverse("worker_figures")}
    return render(request, "statistics/behind_worker.html", context)


def _own_behind(request: HttpRequest) -> dict[str, Any]:
    person, measure, asked = workers.member(request), _measure(request), DaysForm(request.GET).asked()
    numbers = read.total(queries.own(person, [asked.span]), asked.span)
    tickets = queries.own_behind(measure, asked.span, person=person)
    return Behind(request, measure, asked.span, asked.query, numbers, tickets).context()


def _measure(request: HttpRequest) -> str:
    if (measure := request.GET.get("measure", "")) not in queries.MEASURES_WITH_TICKETS:
        raise Http404
    return measure
