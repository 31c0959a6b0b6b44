"""A year of rounds: on which days homes were visited, and when they are due again.

Every day comes from `residents.rhythm`, reckoned once for each level and each day of the year.
"""

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.conf import settings

from residents import rhythm
from residents.demo.draw import Draw
from residents.terms import VisitLevel
from wangguan.workdays import WorkingCalendar

YEAR = timedelta(days=365)
LATEST_LATE = timedelta(days=12)
"""Nobody's visit is overdue for longer."""
_DAYS = {
    VisitLevel.WEEKLY: 7,
    VisitLevel.MONTHLY: 30,
    VisitLevel.QUARTERLY: 91,
    VisitLevel.HALF_YEARLY: 182,
}


@dataclass
class Almanac:
    """The days of the last year as rounds see them, all up to yesterday: today's work is still to do."""

    today: date
    calendar: WorkingCalendar
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo(settings.TIME_ZONE))

    @cached_property
    def working(self) -> list[date]:
        """Working days from a year and a half ago until yesterday."""
        days = (self.today - timedelta(days=back) for back in range(550, 0, -1))
        return [day for day in days if self.calendar.is_working(day)]

    @cached_property
    def _snapped(self) -> dict[date, date]:
        """Each day → the working day that it is or that came before it."""
        snapped, last, working = {}, self.working[0], set(self.working)
        for back in range(549, 0, -1):
            day = self.today - timedelta(days=back)
            last = day if day in working else last
            snapped[day] = last
        return snapped

    def worked(self, day: date) -> date:
        """That day, or the last working day before it."""
        return self._snapped.get(day, self.working[0])

    @cached_property
    def due(self) -> dict[VisitLevel, dict[date, date]]:
        """Level → the day of the last visit → the day of the next one."""
        return {
            level: {
                day: rhythm.next_due(level, last=day, calendar=self.calendar) for day in self.working[-260:]
            }
            for level in VisitLevel
        }

    @cached_property
    def on_time(self) -> dict[VisitLevel, list[date]]:
        """Level → days of last visits after which nothing is due yet."""
        return {
            level: [last for last, due in days.items() if due > self.today]
            for level, days in self.due.items()
        }

    @cached_property
    def late(self) -> dict[VisitLevel, list[date]]:
        """Level → days of last visits after which the next is due today or was a few days ago."""
        since = self.today - LATEST_LATE
        return {
            level: [last for last, due in days.items() if since <= due <= self.today]
            for level, days in self.due.items()
        }

    def try_again(self, day: date) -> date:
        """When somebody looks in again who met nobody on `day`."""
        return rhythm.look_by(day, calendar=self.calendar, within=rhythm.TRY_AGAIN_AFTER)

    def at(self, day: date, draw: Draw, hours: Sequence[int]) -> datetime:
        """A moment of that day."""
        return datetime.combine(day, time(draw.pick(hours), draw.below(60)), self.zone)

    def last_visit(self, level: VisitLevel, since: date, draw: Draw, *, late: bool) -> date | None:
        """The day of the last visit of a home that came on `since`; None while its first is still to come."""
        if self.today - since <= rhythm.FIRST_LOOK_WITHIN:
            return None
        for choices in (self.late[level], self.on_time[level])[0 if late else 1 :]:
            if later := choices[bisect(choices, since) :]:
                return draw.pick(later)
        return None

    def before(
        self, last: date, level: VisitLevel, draw: Draw, *, since: date, cared_since: date
    ) -> Iterator[date]:
        """The visits of the year before `last`, newest first; seldom ones before the plan began."""
        first = max(self.today - YEAR, since)
        day = last
        while True:
            usual = _DAYS[level] if day > cared_since else _DAYS[VisitLevel.HALF_YEARLY]
            day = self.worked(day - timedelta(days=max(2, int(usual * (0.84 + 0.16 * draw.random())))))
            if day < first:
                return
            yield day
