"""Requests follow their grid when it is split, merged or renumbered (decision 0036).

What still waits for something moves with the place it lies in, with an entry of its own; what is over
stays with the grid that ended it. Whoever takes over a place may read what was told there before.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from shapely.geometry import Point

from grids.boundaries import BadBoundary, parse
from grids.models import Grid, GridAlias, Leave, Post, Reshaping, ReshapingKind, User, today
from grids.reshape import Follower, Found, Move
from requests_app import messages
from requests_app.models import Ticket, TicketEvent
from requests_app.queries import TicketQuerySet
from requests_app.roster import Roster
from requests_app.services.actor import SYSTEM, Actor, staff
from requests_app.services.change import Change
from requests_app.workflow import OPEN, REDRAWN, Level, Status
from wangguan import clock

WAITING_Q = (
    Q(status__in=sorted(OPEN))
    | Q(status=Status.DECLINED, answered_at__isnull=True)
    | Q(status=Status.MERGED, resolved_at__isnull=True)
)
"""Something is still owed to somebody: these move along."""
LATE = timedelta(minutes=10)
"""A request told while its grid was being cut is no older than this when it is found."""


class Requests(Follower):
    key = "requests"
    labels: ClassVar[dict[str, str | Promise]] = {
        "tickets": gettext_lazy("Open requests"),
        "passed_on": gettext_lazy("of them in the charge of somebody else from then on"),
        "read": gettext_lazy("Closed requests that the new grid may read"),
    }

    def find(self, move: Move) -> Found:
        waiting = list(_where(move, Ticket.objects.filter(WAITING_Q)))
        over = _over(move)
        passed_on = _passed_on(move, waiting)
        ids = {"tickets": sorted(pk for pk, _who in waiting), "passed_on": passed_on, "read": over}
        counts = {"tickets": len(waiting), "passed_on": len(passed_on), "read": len(over)}
        return Found(counts, ids, _warnings(move, len(waiting)))

    def lock(self, move: Move, found: Found) -> None:
        rows = Ticket.objects.filter(pk__in=found.of("tickets")).order_by("pk")
        list(rows.select_for_update(no_key=True).values_list("pk", flat=True))

    def carry(self, move: Move, found: Found, *, by: User, number: str) -> None:
        roster, actor = Roster.whole(), staff(by)
        passing = set(found.of("passed_on"))
        for ticket in Ticket.objects.filter(pk__in=found.of("tickets")).with_units().order_by("pk"):
            passes = ticket.pk in passing
            _follow(ticket, move, move.target, roster, actor, passes=passes, record=number)
        _remember(found.of("read") + found.of("tickets"), move)


# --- what moves --------------------------------------------------------------------------
def _where(move: Move, rows: TicketQuerySet) -> Iterator[tuple[int, int | None]]:
    """Key and person in charge of those that lie in what moves."""
    found = rows.filter(move.lies_in()).order_by("pk")
    columns = ("pk", "assignee", "building", "latitude", "longitude")
    for pk, assignee, building, latitude, longitude in found.values_list(*columns):
        if move.holds(building, latitude, longitude):
            yield pk, assignee


def _over(move: Move) -> list[int]:
    """Those that are over, that the old grid may read, and that lie in what moves."""
    rows = Ticket.objects.filter(held_by__contains=[move.before]).exclude(WAITING_Q)
    if move.is_whole:
        return sorted(rows.values_list("pk", flat=True))
    return sorted(pk for pk, _who in _where(move, rows))


def _passed_on(move: Move, waiting: list[tuple[int, int | None]]) -> list[int]:
    """Those whose person in charge serves neither the new grid, nor its community, nor the street."""
    if move.kind == ReshapingKind.RENUMBER:
        return []
    posts = Post.objects.current().filter(Q(community=move.source.community_id) | Q(street__isnull=False))
    stand_in = Leave.objects.on(today()).filter(post__in=posts).values_list("deputy", flat=True)
    serving = {*move.serving, *posts.values_list("user", flat=True), *stand_in}
    return sorted(pk for pk, assignee in waiting if assignee and assignee not in serving)


def _warnings(move: Move, moving: int) -> tuple[str, ...]:
    """Rule 1: a unit without people hands the duty up, which the office should know before."""
    if move.kind == ReshapingKind.RENUMBER or not moving or move.serving:
        return ()
    return (_("Nobody serves the new grid yet: its requests fall to the community's duty desk."),)


# --- moving ------------------------------------------------------------------------------
def _follow(
    ticket: Ticket, move: Move | None, grid: Grid, roster: Roster, actor: Actor, *, passes: bool, record: str
) -> None:
    """One entry: from its grid to this one; a new person in charge where the old one does not serve there."""
    change = Change(ticket, REDRAWN, actor)
    if move and ticket.level == Level.GRID:
        change.from_unit = move.before  # a renumbered grid is called otherwise by now
    moves = ticket.grid_id != grid.pk
    ticket.grid = grid
    change.detail |= {"grid": grid.code, "reshaping": record}
    if passes:
        change.detail["from"] = ticket.assignee_id
        ticket.assignee = roster.duty(ticket)
        change.detail["assignee"] = ticket.assignee.pk
        change.tell(messages.to_staff("assigned", ticket, [ticket.assignee]))
    elif moves and ticket.assignee_id is None and ticket.status == Status.SUBMITTED:
        change.tell(messages.to_staff("came_over", ticket, roster.team(ticket)))
    change.write()


def _remember(keys: list[int], move: Move) -> None:
    """Let those who read these under the old number read them under the new one."""
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, [move.code, keys, move.code, move.before])


_APPEND = """
    UPDATE requests_app_ticket SET held_by = array_append(held_by, %s::varchar)
    WHERE id = ANY(%s) AND NOT held_by @> ARRAY[%s]::varchar[] AND held_by @> ARRAY[%s]::varchar[]
"""


# --- what came in between ----------------------------------------------------------------
def gather() -> int:
    """Let requests follow that were told, or came back, while or after their grid was cut; how many.

    A request told at the same moment waits for the grids' locks and then stands in the grid as it was;
    one that is reopened comes back to where it was closed. Safe to run at any time, twice as well.
    """
    strays = {**_of_retired(), **_of_cut()}
    roster = Roster.whole() if strays else None
    followed = 0
    for pk, grid in strays.items():
        with transaction.atomic():
            ticket = Ticket.objects.with_units().select_for_update(of=("self",)).get(pk=pk)
            if roster and ticket.grid_id != grid.pk:
                passes = ticket.assignee_id is not None and not _may_stay(ticket, grid)
                _follow(ticket, None, grid, roster, SYSTEM, passes=passes, record="")
                followed += 1
    return followed


def _may_stay(ticket: Ticket, grid: Grid) -> bool:
    served = Q(grid=grid) | Q(community=grid.community_id) | Q(street__isnull=False)
    posts = Post.objects.current().filter(served)
    stands_in = Leave.objects.on(today()).filter(post__in=posts, deputy=ticket.assignee_id)
    return posts.filter(user=ticket.assignee_id).exists() or stands_in.exists()


def _of_retired() -> dict[int, Grid]:
    """Waiting requests in grids given up, and where they go."""
    gone = dict(Grid.objects.filter(ended_on__isnull=False).values_list("pk", "code"))
    if not gone:
        return {}
    heirs = {
        alias.code: alias.grid
        for alias in GridAlias.objects.filter(code__in=gone.values()).select_related("grid__community")
    }
    rows = Ticket.objects.filter(WAITING_Q, grid__in=gone).values_list("pk", "grid")
    return {pk: heirs[gone[grid]] for pk, grid in rows if gone[grid] in heirs}


def _of_cut() -> dict[int, Grid]:
    """Waiting requests that lie in what was cut off and that nobody moved since."""
    since = clock.now() - settings.REOPEN_WITHIN - timedelta(days=10)
    found: dict[int, Grid] = {}
    cuts = Reshaping.objects.filter(kind=ReshapingKind.SPLIT, at__gte=since)
    for cut in cuts.select_related("target__community").order_by("pk"):
        rows = Ticket.objects.filter(WAITING_Q, grid=cut.source_id).filter(_unmoved_since(cut))
        found |= dict.fromkeys(
            rows.filter(building__grid=cut.target_id).values_list("pk", flat=True), cut.target
        )
        found |= dict.fromkeys(_by_point(cut, rows), cut.target)
    return found


def _unmoved_since(cut: Reshaping) -> Q:
    """Not passed on to a grid by hand, nor by us, since the cut."""
    moved = TicketEvent.objects.filter(ticket=OuterRef("pk"), step__in=["hand_over", REDRAWN], at__gte=cut.at)
    return Q(~Exists(moved))


def _by_point(cut: Reshaping, rows: TicketQuerySet) -> Iterable[int]:
    late = rows.filter(building__isnull=True, latitude__isnull=False, arrived_at__gte=cut.at - LATE)
    points = list(late.filter(arrived_at__lte=cut.at + LATE).values_list("pk", "latitude", "longitude"))
    if not points or not cut.target.boundary:
        return []
    try:
        area = parse(cut.target.boundary)
    except BadBoundary:
        return []
    return [pk for pk, latitude, longitude in points if area.covers(Point(longitude or 0, latitude or 0))]
