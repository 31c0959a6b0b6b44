"""The week's duty: who takes what is urgent when the offices are closed, and where nobody does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from grids import access as doors
from grids.models import Community, DutyShift, User
from wangguan import clock
from wangguan.workdays import current_calendar, opening_hours

DAYS = 7
OWN_SHOWN = 20
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Day:
    """One column."""

    day: date
    works: bool


@dataclass(frozen=True)
class Cell:
    """One unit on one day: its shifts, and from when to when nobody is on duty (`street`: the street is)."""

    shifts: list[DutyShift]
    gaps: list[Span]
    street: bool


@dataclass(frozen=True)
class Line:
    """One row; `community` is None for the street."""

    community: Community | None
    cells: list[Cell]


@dataclass(frozen=True)
class Week:
    days: list[Day]
    lines: list[Line]
    shifts: list[DutyShift]


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def night_of(day: date) -> Span:
    """When a day's shift runs: from the close of a working day, or the opening hour of a free one, to the
    next day's opening hour."""
    opens, closes = opening_hours()
    begins = closes if current_calendar().is_working(day) else opens
    return _at(day, begins), _at(day + timedelta(days=1), opens)


def week(first: date, user: User) -> Week:
    """Seven days from `first`; the street's line, and those of the communities this person sees.

    Two statements.
    """
    start, end = _at(first, time.min), _at(first + timedelta(days=DAYS), time.min)
    rows = DutyShift.objects.filter(starts_at__lt=end, ends_at__gt=start, user__is_active=True)
    shifts = list(
        rows.select_related("user", "community").defer("community__boundary").order_by("starts_at", "id")
    )
    seen = doors.admin_scope(user).limit(Community.objects.defer("boundary"), "pk").order_by("code")
    days = [first + timedelta(days=n) for n in range(DAYS)]
    units: list[Community | None] = [None, *seen]
    mine = {unit.pk if unit else None for unit in units}
    calendar = current_calendar()
    return Week(
        [Day(day, calendar.is_working(day)) for day in days],
        [Line(unit, [_cell(unit, day, shifts) for day in days]) for unit in units],
        [shift for shift in shifts if shift.community_id in mine],
    )


def own(user: User) -> QuerySet[DutyShift]:
    """This person's shifts that are not over, the next first."""
    rows = DutyShift.objects.filter(user=user, ends_at__gt=clock.now()).select_related("community")
    return rows.defer("community__boundary").order_by("starts_at", "id")[:OWN_SHOWN]


def _cell(unit: Community | None, day: date, shifts: Sequence[DutyShift]) -> Cell:
    start, end = _at(day, time.min), _at(day + timedelta(days=1), time.min)
    today = [shift for shift in shifts if shift.starts_at < end and shift.ends_at > start]
    own = [shift for shift in today if shift.community_id == (unit.pk if unit else None)]
    street = [shift for shift in today if shift.community_id is None]
    uncovered = _left(closed_hours(day), own)
    gaps = _left(uncovered, street) if unit else uncovered
    return Cell([shift for shift in own if shift.starts_at >= start], gaps, bool(uncovered) and not gaps)


def closed_hours(day: date) -> list[Span]:
    """The hours of a day in which no office is open."""
    opens, closes = opening_hours()
    begin, end = _at(day, time.min), _at(day + timedelta(days=1), time.min)
    if not current_calendar().is_working(day):
        return [(begin, end)]
    return [(begin, _at(day, opens)), (_at(day, closes), end)]


def _left(spans: Sequence[Span], shifts: Sequence[DutyShift]) -> list[Span]:
    """What of these spans no shift covers."""
    left = list(spans)
    for shift in shifts:
        pieces = []
        for start, end in left:
            if shift.starts_at > start:
                pieces.append((start, min(end, shift.starts_at)))
            if shift.ends_at < end:
                pieces.append((max(start, shift.ends_at), end))
        left = [(start, end) for start, end in pieces if start < end]
    return left


def _at(day: date, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))
