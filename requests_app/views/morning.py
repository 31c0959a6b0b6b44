"""The worker's morning: what burns, what waits, what is mine, what was promised, whom to visit, my grids."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from grids import bar
from grids.doors import for_staff, frame, member
from grids.models import Role, User
from requests_app.models import Ticket
from requests_app.queries import TicketQuerySet
from requests_app.views import lists
from requests_app.views.cards import Row, row, rows
from requests_app.workflow import OPEN, DueKind, Status
from residents.views.shown import first_few
from wangguan import clock
from wangguan.answers import page, wants_part

SHOWN_IN_THE_MORNING = 8
VISITS_IN_THE_MORNING = 5
GRIDS_AT_A_GLANCE = 30
LOOKED_AHEAD = timedelta(days=2)
"""A pause or more time that was given is brought to mind so long before it ends."""
ANSWERED_WITHIN = timedelta(days=7)
OF_A_COMMUNITY = frozenset({Role.COMMUNITY_LEADER, Role.COMMUNITY_STAFF})


@require_GET
@for_staff
def today(request: HttpRequest) -> HttpResponse:
    """Bounded lists, most urgent first; asked by htmx, only the part that changes by itself.

    Whose bar begins with another room reads that one here: a department its whistles.
    """
    user, now = member(request), clock.now()
    first = bar.of(user)[0].url
    if first != request.path:
        return resolve(first).func(request)
    ours, mine = lists.ours(user), lists.mine(user)
    burns, to_call, given = _burns(now), Q(call_since__isnull=False), _promised(now)
    burning = _few(ours.filter(burns).exclude(to_call & Q(assignee=user)))
    calls = _few(mine.filter(to_call))
    visits, visits_count = first_few(user, VISITS_IN_THE_MORNING)
    context = {
        **frame(request, "today"),
        "now": now,
        "first": len(calls) + len(burning),
        "to_call": calls,
        "burning": burning,
        "waiting": _few(ours.filter(status=Status.SUBMITTED).exclude(burns)),
        "promised": _reminders(mine.filter(given).exclude(burns | to_call), now=now),
        "mine": _few(mine.exclude(burns | to_call | given)),
        "visits": visits,
        "visits_count": visits_count,
        "tabs": _tabs(user),
        "grids": glance(user, now=now),
    }
    return page(request, "parts/morning.html" if wants_part(request) else "requests_app/today.html", context)


def _burns(now: datetime) -> Q:
    return Q(due_at__lte=now) | lists.soon(now)


def _few(tickets: TicketQuerySet) -> list[Row]:
    return rows(tickets.for_list().order_by("due_at", "id")[:SHOWN_IN_THE_MORNING])


def _tabs(user: User) -> list[tuple[lists.Tab, str, lists.Count]]:
    """The ways into the list, counted as the list counts them."""
    wanted = [tab for tab in lists.TABS if not tab.latest]
    numbers = lists.counts({tab.name: lists.of_tab(user, tab) for tab in wanted})
    return [(tab, f"tab={tab.name}", numbers[tab.name]) for tab in wanted]


# --- what was promised -------------------------------------------------------------------
def _promised(now: datetime) -> Q:
    """A day that somebody was given and that has come: today's limits, a pause or more time that ends."""
    tonight = timezone.localtime(now).replace(hour=23, minute=59, second=59)
    given = Q(status=Status.ON_HOLD) | Q(shifted__gt=timedelta(0), due_kind=DueKind.RESOLVE)
    answering = Q(due_kind__in=[DueKind.ACCEPT, DueKind.RESOLVE, DueKind.REVIEW, DueKind.DECISION])
    return answering & (Q(due_at__lte=tonight) | (given & Q(due_at__lte=tonight + LOOKED_AHEAD)))


def _reminders(tickets: TicketQuerySet, *, now: datetime) -> list[Row]:
    """Rows that say which word was given."""
    found = tickets.for_list().order_by("due_at", "id")[:SHOWN_IN_THE_MORNING]
    return [_reminder(row(ticket, now=now), _word(ticket)) for ticket in found]


def _reminder(shown: Row, word: str | Promise) -> Row:
    return replace(shown, tags=[word, *shown.tags])


def _word(ticket: Ticket) -> str | Promise:
    if ticket.status == Status.ON_HOLD:
        return _("To be looked at again")
    return _("More time was given") if ticket.shifted else _("Due today")


# --- my grids at a glance ----------------------------------------------------------------
@dataclass(frozen=True)
class Glance:
    """How one grid stands: matters that lie in it, whoever holds them now."""

    name: str
    code: str
    open: int = 0
    overdue: int = 0
    waiting: int = 0
    answered: int = 0


def glance(user: User, *, now: datetime) -> list[Glance]:
    """The grids of this person's posts, a community's each for itself, in the order of their codes.

    One grouped statement.
    """
    own = {post.grid_id: Glance(post.grid.name, post.grid.code) for post in user.current_posts if post.grid}
    communities = [post.community_id for post in user.current_posts if post.role in OF_A_COMMUNITY]
    if not own and not communities:
        return []
    inside = Q(grid__in=list(own)) | Q(grid__isnull=False, community__in=communities)
    counted = (
        _lately(inside, user, now).values("grid_id", "grid__name", "grid__code").annotate(**_columns(now))
    )
    found = {line["grid_id"]: _glance(line) for line in counted}
    return sorted((own | found).values(), key=lambda line: line.code)[:GRIDS_AT_A_GLANCE]


def _glance(line: Mapping[str, Any]) -> Glance:
    return Glance(
        line["grid__name"],
        line["grid__code"],
        line["open"],
        line["overdue"],
        line["waiting"],
        line["answered"],
    )


def _lately(inside: Q, user: User, now: datetime) -> TicketQuerySet:
    """Open ones, and those answered in the last days: each side has its index."""
    seen = Ticket.objects.visible_to(user)
    lately = Q(answered_at__gte=now - ANSWERED_WITHIN)
    return (seen.open().filter(inside) | seen.filter(inside & lately)).order_by()


def _columns(now: datetime) -> dict[str, Count]:
    is_open = Q(status__in=sorted(OPEN))
    return {
        "open": Count("pk", filter=is_open),
        "overdue": Count("pk", filter=is_open & Q(due_at__lte=now)),
        "waiting": Count("pk", filter=Q(status=Status.SUBMITTED)),
        "answered": Count("pk", filter=Q(answered_at__gte=now - ANSWERED_WITHIN)),
    }
