"""Reminders of visits and of requests about one's own data, and the week's summary for each community.

Told on working days, from the moment at which both the reminder window and the working day have opened
until one of them closes. A sweep may run as often as it likes: a message's key names its day.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from grids.models import Community, Grid, Role, User, today
from grids.queries import serving
from grids.roles import COMMUNITY_ROLES
from residents import figures, messages, rhythm, seams
from residents.figures import Waiting
from residents.models import Errand, Finding, Household, RightsRequest, Venue, Visit
from wangguan import clock
from wangguan.notify import hours, outbox
from wangguan.notify.outbox import Draft
from wangguan.workdays import current_calendar

RIGHTS_AHEAD = 3
"""Working days before the last one on which the community is reminded."""
MOST_NAMED = 12
"""Grids that a message names; the figures show all."""
_WEEK = timedelta(days=7)


def remind() -> int:
    """Write what is to be told now; how many messages, those told before among them."""
    if not is_time(clock.now()):
        return 0
    day = today()
    people = Serving.today()
    waiting = figures.waiting_by_grid(day)
    drafts = [*_of_today(day, waiting, people), *_overdue(day, waiting, people)]
    if is_first_of_week(day):
        drafts += _weekly(day, people)
    told = outbox.add(drafts)
    return len(told) + _remind_of_rights(day, people)


def is_time(moment: datetime) -> bool:
    """Whether people are told at this moment: a working day, its hours, and the reminder window."""
    return current_calendar().is_open(moment) and hours.is_open(moment)


# --- who ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Serving:
    """People by unit (its key), deputies in place of those on leave."""

    workers: Mapping[int, list[User]]
    leaders: Mapping[int, list[User]]
    communities: Mapping[int, list[User]]

    @classmethod
    def today(cls) -> "Serving":
        """Everybody, in two queries."""
        by_role: dict[str, dict[int, list[User]]] = defaultdict(lambda: defaultdict(list))
        posts = serving(Role.FULL_TIME_WORKER, Role.GRID_LEADER, *COMMUNITY_ROLES)
        for post, person in posts:
            role = "community" if post.role in COMMUNITY_ROLES else post.role
            unit = post.grid_id or post.community_id
            if unit and person not in by_role[role][unit]:
                by_role[role][unit].append(person)
        return cls(by_role[Role.FULL_TIME_WORKER], by_role[Role.GRID_LEADER], by_role["community"])

    def visiting(self, grid: int) -> list[User]:
        """Who visits there: its workers, or its leader where there are none."""
        return self.workers.get(grid) or self.leaders.get(grid) or []


def _units_of(people: Mapping[int, Iterable[User]]) -> dict[User, list[int]]:
    units: dict[User, list[int]] = defaultdict(list)
    for unit, persons in people.items():
        for person in persons:
            units[person].append(unit)
    return units


# --- the morning -------------------------------------------------------------------------
def _of_today(day: date, waiting: Mapping[int, Waiting], people: Serving) -> Iterator[Draft]:
    """One to each worker: how many visits are due and overdue in all of their grids."""
    grids = {grid: people.visiting(grid) for grid in waiting}
    for person, units in _units_of(grids).items():
        theirs = sum((waiting[grid] for grid in units), Waiting())
        context = {"due": theirs.due, "overdue": theirs.overdue}
        yield from messages.to(person, "visits_today", day, context)


def _overdue(day: date, waiting: Mapping[int, Waiting], people: Serving) -> Iterator[Draft]:
    """One to each leader and to everybody of a community: what is overdue in which grid."""
    late = {grid: found.overdue for grid, found in waiting.items() if found.overdue}
    rows = Grid.objects.filter(pk__in=late).order_by("code").values_list("pk", "community_id", "name")
    grids = {pk: (community, name) for pk, community, name in rows}
    told: dict[User, set[int]] = defaultdict(set)
    for grid, (community, _name) in grids.items():
        for person in (*people.leaders.get(grid, ()), *people.communities.get(community, ())):
            told[person].add(grid)
    for person, units in told.items():
        named = [f"{grids[grid][1]} {late[grid]}" for grid in grids if grid in units]
        where = " · ".join(named[:MOST_NAMED]) + (" …" if len(named) > MOST_NAMED else "")
        context = {"total": sum(late[grid] for grid in units), "where": where}
        yield from messages.to(person, "visits_overdue", day, context)


# --- the week ----------------------------------------------------------------------------
def is_first_of_week(day: date) -> bool:
    """Whether no day of this week (Monday to Sunday) was worked before this one."""
    calendar = current_calendar()
    return not any(calendar.is_working(day - timedelta(days=back)) for back in range(1, day.weekday() + 1))


def summed_up_since(day: date) -> date:
    """The Monday from which the summary on `day` counts: the latest week before that had a working day,
    so that what was done before a week of holidays is told after it.
    """
    calendar = current_calendar()
    monday = day - timedelta(days=day.weekday()) - _WEEK
    while not any(calendar.is_working(monday + timedelta(days=ahead)) for ahead in range(7)):
        monday -= _WEEK
    return monday


def _weekly(day: date, people: Serving) -> Iterator[Draft]:
    since, monday = summed_up_since(day), day - timedelta(days=day.weekday())
    counted = _week(since, monday, day)
    communities = Community.objects.filter(pk__in=people.communities).order_by("code")
    for pk, code, name in communities.values_list("pk", "code", "name"):
        context = {
            "community": name,
            "code": code,
            "since": since.isoformat(),
            "until": (monday - timedelta(days=1)).isoformat(),
            **{what: numbers.get(pk, 0) for what, numbers in counted.items()},
        }
        for person in people.communities[pk]:
            yield from messages.to(person, "visits_week", f"{monday}:{pk}", context)


def _week(since: date, monday: date, day: date) -> dict[str, Mapping[int, int]]:
    """What the summary counts, each by community."""
    span = (_midnight(since), _midnight(monday))
    made = Visit.objects.filter(visited_at__gte=span[0], visited_at__lt=span[1])
    needs = Finding.objects.filter(visit__visited_at__gte=span[0], visit__visited_at__lt=span[1])
    due = Q(next_visit_on__gte=day, next_visit_on__lt=monday + _WEEK)
    homes, venues = Household.objects.here(), Venue.objects.open()
    home, errands = "dwelling__building__grid__community", Errand.objects.open()
    of_errand = f"household__{home}"
    return {
        "made": _by(made, "grid__community"),
        "needs": _by(needs, "visit__grid__community"),
        "requests": seams.requests().made_of_findings(*span),
        "due": _sum(_by(homes.filter(due), home), _by(venues.filter(due), "grid__community")),
        "overdue": _sum(
            _by(homes.filter(next_visit_on__lt=day), home),
            _by(venues.filter(next_visit_on__lt=day), "grid__community"),
        ),
        "errands": _by(errands, of_errand),
        "late": _by(errands.filter(due_on__lt=day), of_errand),
    }


def _by(rows: "figures.Rows", community: str) -> dict[int, int]:
    """Community → how many of the rows."""
    return dict(rows.order_by().values_list(community).annotate(count=Count("pk")))


def _sum(*counted: Mapping[int, int]) -> dict[int, int]:
    total: dict[int, int] = defaultdict(int)
    for numbers in counted:
        for unit, number in numbers.items():
            total[unit] += number
    return total


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


# --- requests about one's own data -------------------------------------------------------
def _remind_of_rights(day: date, people: Serving) -> int:
    """Once when three working days are left, once when the last one is over."""
    soon = rhythm.look_by(day, calendar=current_calendar(), within=RIGHTS_AHEAD)
    late = Q(due_on__lt=day) & (Q(reminded_on__isnull=True) | Q(reminded_on__lte=F("due_on")))
    ahead = Q(due_on__gte=day, due_on__lte=soon, reminded_on__isnull=True)
    with transaction.atomic():
        asked = RightsRequest.objects.open().filter(late | ahead).order_by("pk")
        rows = list(
            asked.select_for_update(of=("self",), skip_locked=True).annotate(
                community=F("resident__household__dwelling__building__grid__community")
            )
        )
        drafts = [draft for row in rows for draft in _of_rights(row, day, people.communities)]
        outbox.add(drafts)
        RightsRequest.objects.filter(pk__in=[row.pk for row in rows]).update(reminded_on=day)
    return len(drafts)


def _of_rights(row: RightsRequest, day: date, communities: Mapping[int, list[User]]) -> Iterator[Draft]:
    kind = "rights_overdue" if row.is_overdue(day) else "rights_due"
    context = {"key": row.pk, "due_on": row.due_on.isoformat()}
    for person in communities.get(row.community, ()):  # type: ignore[attr-defined]
        yield from messages.to(person, kind, row.pk, context)
