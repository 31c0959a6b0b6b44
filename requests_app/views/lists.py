"""Lists of tickets: their tabs, what narrows them, and pages read by keyset."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grids.models import Role, User
from requests_app.forms.lists import FilterForm
from requests_app.models import Ticket
from requests_app.queries import TicketQuerySet, watched
from requests_app.workflow import Level, Status
from wangguan import clock

PAGE = 20
COUNTED = 100
"""So far a tab is counted; from there on it says 99+."""
OF_THE_STREET = frozenset({Role.DISPATCHER, Role.SECTION_STAFF, Role.STREET_LEADER})


@dataclass(frozen=True)
class Tab:
    """`latest` lists newest first by arrival; else by the next deadline, most urgent first.

    `empty` is what stands there when the list has nothing, which mostly is good news.
    """

    name: str
    label: str | Promise
    empty: str | Promise
    latest: bool = False


TABS = (
    Tab("mine", _("Mine"), _("Nothing is in your hands now.")),
    Tab("waiting", _("Nobody took it"), _("Everything in your unit has somebody in charge.")),
    Tab("grid", _("My unit"), _("Your unit has no open matter now.")),
    Tab("soon", _("Due soon"), _("No deadline is near.")),
    Tab("overdue", _("Overdue"), _("Nothing is late.")),
    Tab("all", _("All I may see"), _("Nothing was told here yet."), latest=True),
)


def tab_called(name: str) -> Tab:
    """The tab of that name, else the first."""
    return next((tab for tab in TABS if tab.name == name), TABS[0])


def mine(user: User) -> TicketQuerySet:
    """Open tickets in this person's hands."""
    return Ticket.objects.visible_to(user).open().filter(assignee=user)


def ours(user: User) -> TicketQuerySet:
    """Open tickets held by the units of this person's posts, in the person's hands, or watched on duty."""
    units = Q(assignee=user)
    grids = [post.grid_id for post in user.current_posts if post.grid_id]
    communities = [post.community_id for post in user.current_posts if post.community_id]
    if grids:
        units |= Q(level=Level.GRID, grid__in=grids)
    if communities:
        units |= Q(level=Level.COMMUNITY, community__in=communities)
    if any(post.role in OF_THE_STREET for post in user.current_posts):
        units |= Q(level=Level.STREET)
    if user.watches:
        units |= watched(user)
    return Ticket.objects.visible_to(user).open().filter(units)


def soon(at: datetime) -> Q:
    """The yellow card is out and the deadline to resolve has not passed."""
    return Q(status__in=["submitted", "accepted"], yellow_at__lte=at, resolve_due__gt=at)


def of_tab(user: User, tab: Tab) -> TicketQuerySet:
    match tab.name:
        case "mine":
            return mine(user)
        case "waiting":
            return ours(user).filter(status=Status.SUBMITTED)
        case "grid":
            return ours(user)
        case "soon":
            return Ticket.objects.visible_to(user).due_soon(clock.now())
        case "overdue":
            return Ticket.objects.visible_to(user).overdue(clock.now())
    return Ticket.objects.visible_to(user)


def narrowed(tickets: TicketQuerySet, form: FilterForm) -> TicketQuerySet:
    """What the filters leave; a field that makes no sense narrows nothing."""
    form.is_valid()
    chosen = form.cleaned_data
    for name in ("status", "level", "urgency", "category"):
        if chosen.get(name):
            tickets = tickets.filter(**{name: chosen[name]})
    return tickets.search(chosen.get("q", ""))


# --- how many there are ------------------------------------------------------------------
@dataclass(frozen=True)
class Count:
    """How many rows a list has, as far as they were counted."""

    number: int

    def __str__(self) -> str:
        return f"{COUNTED - 1}+" if self.number >= COUNTED else str(self.number)


def counts(lists: dict[str, TicketQuerySet]) -> dict[str, Count]:
    """How many rows each list has, exact below a hundred: one statement, which looks no further."""
    selects: list[str] = []
    params: list[Any] = []
    for tickets in lists.values():
        try:
            sql, given = tickets.order_by().values("pk")[:COUNTED].query.sql_with_params()
        except EmptyResultSet:
            sql, given = "SELECT 1 WHERE false", ()
        selects.append(f"(SELECT count(*) FROM ({sql}) counted)")
        params += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(selects)}", params)
        numbers = cursor.fetchone()
    return {name: Count(number) for name, number in zip(lists, numbers, strict=True)}


# --- pages by keyset ---------------------------------------------------------------------
@dataclass(frozen=True)
class Page:
    """One page of a list; `after` continues it and is empty on the last one."""

    tickets: list[Ticket]
    after: str


def page_of(tickets: TicketQuerySet, tab: Tab, *, after: str = "") -> Page:
    """The page that follows the row `after` points at; the first for a pointer that makes no sense."""
    if tab.latest:
        ordered = _before_id(tickets.order_by("-id"), after)
    else:
        ordered = _after_due(tickets.order_by("due_at", "id"), after)
    found = list(ordered.for_list()[: PAGE + 1])
    more = len(found) > PAGE
    return Page(found[:PAGE], _pointer(found[PAGE - 1], tab) if more else "")


def _before_id(tickets: TicketQuerySet, after: str) -> TicketQuerySet:
    return tickets.filter(id__lt=int(after)) if after.isdecimal() and len(after) < 18 else tickets


def _after_due(tickets: TicketQuerySet, after: str) -> TicketQuerySet:
    if place := pointed_at(after):
        due, key = place
        return tickets.filter(Q(due_at__gt=due) | Q(due_at=due, id__gt=key))
    return tickets


def _pointer(last: Ticket, tab: Tab) -> str:
    return str(last.pk) if tab.latest else pointer(last.due_at, last.pk)


Rows = TypeVar("Rows", bound="QuerySet[Any]")


def older(rows: Rows, before: str, *, moment: str = "sent_at") -> Rows:
    """Rows that follow the one `before` points at, in a list ordered newest first by `moment` and key."""
    if place := pointed_at(before):
        at, key = place
        return rows.filter(Q(**{f"{moment}__lt": at}) | Q(**{moment: at}, pk__lt=key))
    return rows


def pointer(moment: datetime | None, key: int) -> str:
    """A place in a list ordered by a moment and a key."""
    return f"{moment.isoformat()}~{key}" if moment else ""


def pointed_at(pointer: str) -> tuple[datetime, int] | None:
    """What `pointer` wrote; None for anything else, since addresses can be typed."""
    moment, _tilde, key = pointer.partition("~")
    try:
        found = parse_datetime(moment)
    except ValueError:
        return None
    if found is None or found.tzinfo is None or not key.isdecimal() or len(key) >= 18:
        return None
    return found, int(key)


def query(given: QueryDict, **changes: Any) -> str:
    """The page's query string with some fields set and empty ones left out."""
    changed = given.copy()
    for name, value in changes.items():
        changed[name] = value
    for name in [name for name, value in changed.items() if not value]:
        del changed[name]
    return changed.urlencode()
