"""When a household is due for its next visit (handbook §5).

A visit sets the next day: a week, a month, a quarter or half a year later. A day nobody works is
no day to be due: it moves to the last working day before, so that people are seen before a holiday
and not after it; where that would be in the first half of the time between two visits (they have been
seen just now), or no working day lies between, to the first one after.

Venues follow the same rule, every `CHECK_EVERY` months; one where something was not in order is looked
at again after `RECHECK_AFTER` working days, so that the operator has had time and the street its answer.
"""

import calendar as months
from collections.abc import Iterable
from datetime import date, timedelta

from residents.terms import VisitLevel
from wangguan.workdays import WorkingCalendar

LOOK_IN_WITHIN = 3
"""Working days within which somebody looks in after an event."""
TRY_AGAIN_AFTER = 3
"""Working days after a visit that met nobody."""
FIRST_LOOK_WITHIN = timedelta(days=30)
"""A household nobody has visited yet is due so long after it came."""
CHECK_EVERY = 3
"""Months between two safety checks of a venue."""
FIRST_CHECK_WITHIN = timedelta(days=30)
"""A venue is checked for the first time so long after it was entered, or opened again."""
RECHECK_AFTER = 7
"""Working days after a check that found something not in order."""
_MONTHS = {VisitLevel.MONTHLY: 1, VisitLevel.QUARTERLY: 3, VisitLevel.HALF_YEARLY: 6}


def tightest(levels: Iterable[str]) -> VisitLevel:
    """The level that asks for most visits; twice a year without any plan."""
    return min(
        (VisitLevel(level) for level in levels), key=lambda level: level.rank, default=VisitLevel.HALF_YEARLY
    )


def next_due(level: VisitLevel, *, last: date, calendar: WorkingCalendar) -> date:
    """By which working day a household last visited on `last` is visited again; always after `last`."""
    return _on_a_working_day(_later(last, level), after=last, calendar=calendar)


def first_due(level: VisitLevel, *, since: date, calendar: WorkingCalendar) -> date:
    """By which working day somebody who came on `since` is visited for the first time."""
    wanted = min(_later(since, level), since + FIRST_LOOK_WITHIN)
    return _on_a_working_day(wanted, after=since, calendar=calendar)


def next_check(*, last: date, failed: bool, calendar: WorkingCalendar) -> date:
    """By which working day a venue last checked on `last` is checked again."""
    if failed:
        return look_by(last, calendar=calendar, within=RECHECK_AFTER)
    return _on_a_working_day(_add_months(last, CHECK_EVERY), after=last, calendar=calendar)


def first_check(*, since: date, calendar: WorkingCalendar) -> date:
    """By which working day a venue entered on `since` is checked for the first time."""
    return _on_a_working_day(since + FIRST_CHECK_WITHIN, after=since, calendar=calendar)


def look_by(on: date, *, calendar: WorkingCalendar, within: int = LOOK_IN_WITHIN) -> date:
    """The working day by which somebody looks in: `within` working days after `on`."""
    day = on
    for _step in range(within):
        day = _next_working(day, calendar)
    return day


def overdue_since(due: date, *, calendar: WorkingCalendar) -> date:
    """The first working day on which the visit is late."""
    return _next_working(due, calendar)


def _later(start: date, level: VisitLevel) -> date:
    if level == VisitLevel.WEEKLY:
        return start + timedelta(days=7)
    return _add_months(start, _MONTHS[level])


def _add_months(start: date, count: int) -> date:
    """The same day of a later month, or its last one."""
    month = start.month - 1 + count
    year, month = start.year + month // 12, month % 12 + 1
    return date(year, month, min(start.day, months.monthrange(year, month)[1]))


def _on_a_working_day(wanted: date, *, after: date, calendar: WorkingCalendar) -> date:
    day = wanted
    while day > after and not calendar.is_working(day):
        day -= timedelta(days=1)
    too_soon = (day - after) * 2 < wanted - after
    return _next_working(wanted, calendar) if too_soon else day


def _next_working(day: date, calendar: WorkingCalendar) -> date:
    day += timedelta(days=1)
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return day
