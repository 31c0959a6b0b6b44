"""The visits of a worker: who is due, who comes next, who was visited; figures for those without names."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from grids.datum import BadPoint, to_wgs84
from grids.doors import for_homes, frame, member
from grids.models import User
from residents import access, due
from residents.due import Here
from residents.models import Patrol
from residents.views import shown
from wangguan.answers import page


@dataclass(frozen=True)
class Tab:
    """One list; `empty` says what it means when nothing stands there."""

    name: str
    label: str | Promise
    empty: str | Promise


TABS = (
    Tab("due", _("To visit"), _("Everybody who was due has been visited.")),
    Tab("coming", _("Next two weeks"), _("Nobody is due in the next two weeks.")),
    Tab("lately", _("Visited lately"), _("No visit has been written down yet.")),
)


@require_GET
@for_homes
def visits(request: HttpRequest) -> HttpResponse:
    """The lists, for those whose post knows somebody by name; figures for all others."""
    user = member(request)
    if not access.reach(user):
        context = {**frame(request, "visits"), "figures": due.figures(user)}
        return page(request, "residents/visit_figures.html", context)
    tab = next((tab for tab in TABS if tab.name == request.GET.get("tab")), TABS[0])
    context = {
        **frame(request, "visits"),
        "tabs": TABS,
        "tab": tab,
        "count": _count(user),
        "patrol": Patrol.objects.open_of(user).first(),
        "may_patrol": bool(access.reach(user).grids or access.reach(user).communities),
        **_list(request.GET, tab, user),
    }
    return page(request, "residents/visits.html", context)


def _count(user: User) -> str:
    """How many homes and venues are due, as a tab writes it."""
    return due.spoken(due.count(due.homes_due(user)) + due.count(due.venues_due(user)))


def _list(given: QueryDict, tab: Tab, user: User) -> dict[str, Any]:
    after = given.get("after", "")
    match tab.name:
        case "coming":
            rows, following = due.page_of(due.homes_coming(user).with_home(), due.BY_DAY, after=after)
            return {"rows": shown.homes(rows, user), "next": following, **_venues(given, tab, user)}
        case "lately":
            found, following = due.older(due.visits_lately(user).with_aim(), before=after)
            return {"rows": shown.visits(found), "next": following}
    if here := place_told(given):
        nearest = due.nearest_first(due.homes_due(user).with_home(), here)[: due.PAGE]
        return {"rows": shown.homes(list(nearest), user), "near": here, **_venues(given, tab, user)}
    rows, following = due.page_of(due.ranked(due.homes_due(user)).with_home(), due.BY_NEED, after=after)
    return {"rows": shown.homes(rows, user), "next": following, **_venues(given, tab, user)}


def _venues(given: QueryDict, tab: Tab, user: User) -> dict[str, Any]:
    """Venues stand apart, below the homes, and have pages of their own."""
    venues = due.venues_coming(user) if tab.name == "coming" else due.venues_due(user)
    after = given.get("venues", "")
    rows, following = due.page_of(venues, due.VENUES_BY_DAY, after=after)
    return {"venues": shown.venues(rows), "next_venues": following}


def place_told(given: QueryDict) -> Here | None:
    """Where the phone is, out of `lat`, `lng` and `datum` (wgs84 if not named); None if it makes no sense."""
    try:
        point = to_wgs84(
            float(given.get("lat", "")), float(given.get("lng", "")), datum=given.get("datum", "wgs84")
        )
    except (ValueError, BadPoint):
        return None
    return Here.about(*point)
