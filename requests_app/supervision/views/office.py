"""Supervision in the office: the list, one case, how units answer."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from grids.doors import member
from grids.models import User, today
from requests_app.desk.doors import for_office, frame
from requests_app.supervision import figures
from requests_app.supervision.models import Case
from requests_app.supervision.queries import CaseQuerySet
from requests_app.supervision.terms import State
from requests_app.supervision.views.acting import about, act_on, visible_case
from requests_app.supervision.views.rows import CaseRow, rows
from requests_app.views import lists
from wangguan import clock
from wangguan.answers import page, see_other

PAGE = 20
HERE = "supervision"
SPAN = timedelta(days=29)
LONGEST = timedelta(days=366)
FILTERS = (
    ("", _("Open")),
    ("answer", _("Waits for an answer")),
    ("judge", _("Waits for judgement")),
    ("mine", _("Waits for your judgement")),
    ("late", _("Overdue")),
    ("over", _("Closed or withdrawn")),
)

NUMBERS = {
    "opened": _("Opened"),
    "answered": _("Has answered"),
    "in_time": _("Answered in time"),
    "accepted_first": _("Accepted at the first answer"),
    "waiting": _("Still open"),
    "withdrawn": _("Withdrawn"),
}


@require_GET
@for_office()
def cases(request: HttpRequest) -> HttpResponse:
    what = request.GET.get("what", "")
    what = what if what in dict(FILTERS) else ""
    counted = _counted(request)
    found = counted[1] if counted else _of(member(request), what)
    shown, following = _page(found, request.GET.get("after", ""))
    context = {
        **frame(request, HERE),
        "counted": counted[0] if counted else None,
        "filters": FILTERS,
        "what": what,
        "rows": shown,
        "next": lists.query(request.GET, after=following),
        "first": lists.query(request.GET, after="") or "what=" if request.GET.get("after") else "",
    }
    if not following:
        context["next"] = ""
    return page(request, "supervision/list.html", context)


def _counted(request: HttpRequest) -> tuple[dict[str, object], CaseQuerySet] | None:
    """The cases behind one number of a unit, and what the number is; None where none was asked for."""
    number, unit = request.GET.get("counted", ""), request.GET.get("unit", "")[:30]
    if number not in figures.COUNTED or not unit:
        return None
    first, last = _span(request.GET.get("first", ""), request.GET.get("last", ""))
    which = figures.opened(first, last) & figures.of_unit(unit) & figures.COUNTED[number]
    rows = Case.objects.visible_to(member(request)).filter(which)
    return {"label": NUMBERS[number], "unit": unit, "first": first, "last": last}, rows


def _of(user: User, what: str) -> CaseQuerySet:
    seen = Case.objects.visible_to(user)
    match what:
        case "answer":
            return seen.filter(state=State.WAITING)
        case "judge":
            return seen.filter(state=State.ANSWERED)
        case "mine":
            return Case.objects.judged_by(user)
        case "late":
            return seen.late(clock.now())
        case "over":
            return seen.exclude(pk__in=Case.objects.open().values("pk"))
    return seen.open()


def _page(found: CaseQuerySet, after: str) -> tuple[list[CaseRow], str]:
    """Newest first, by keyset."""
    if after.isdecimal() and len(after) < 18:
        found = found.filter(pk__lt=int(after))
    shown = list(found.order_by("-pk").for_list()[: PAGE + 1])
    return rows(shown[:PAGE]), str(shown[PAGE - 1].pk) if len(shown) > PAGE else ""


@require_GET
@for_office()
def case(request: HttpRequest, key: int) -> HttpResponse:
    user = member(request)
    context = {**frame(request, HERE), **about(user, visible_case(user, key))}
    return page(request, "supervision/case.html", context)


@require_POST
@for_office()
def act(request: HttpRequest, key: int, name: str) -> HttpResponse:
    user = member(request)
    found = visible_case(user, key)
    refused = act_on(request, found, name)
    if refused is None:
        return see_other(found.get_absolute_url())
    taken, form, status = refused
    context = {**frame(request, HERE), **about(user, visible_case(user, key), (taken, form))}
    return page(request, "supervision/case.html", context, status=status)


@require_GET
@for_office()
def units(request: HttpRequest) -> HttpResponse:
    """Counts per unit of the cases opened within a span of days."""
    first, last = _span(request.GET.get("first", ""), request.GET.get("last", ""))
    context = {
        **frame(request, HERE),
        "counts": figures.by_unit(member(request), first, last),
        "span": (first, last),
    }
    return page(request, "supervision/units.html", context)


def _span(first: str, last: str) -> tuple[date, date]:
    """The days asked for, in order and not longer than a year; the last thirty unless told."""
    end = min(_day(last) or today(), today())
    begin = _day(first) or end - SPAN
    return max(min(begin, end), end - LONGEST), end


def _day(typed: str) -> date | None:
    try:
        return parse_date(typed)
    except ValueError:
        return None
