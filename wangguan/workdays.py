"""Working time: which days are worked, and counting along them.

One span of work a day (`settings.WORKING_HOURS`, Asia/Shanghai). Days follow the State
Council's yearly notice with its make-up days (调休) as `chinesecalendar` carries it, corrected
by what an administrator entered, which whoever keeps it offers by `load_from`; a year that
nobody has published counts Monday to Friday.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import chinese_calendar
from django.conf import settings

from wangguan.kept import Kept

# A calendar changed in the admin is seen by every process within this many seconds.
REFRESH_AFTER = 60.0
_NOTHING = timedelta(0)
_ONE_DAY = timedelta(days=1)


def opening_hours() -> tuple[time, time]:
    """When work begins and ends, from `settings.WORKING_HOURS`."""
    opens, closes = settings.WORKING_HOURS
    return time.fromisoformat(opens), time.fromisoformat(closes)


def day_length() -> timedelta:
    """How much working time one working day holds."""
    opens, closes = opening_hours()
    return datetime.combine(date.min, closes) - datetime.combine(date.min, opens)


@lru_cache(maxsize=64)
def _notice(year: int) -> frozenset[date] | None:
    """The working days of `year` by the State Council's notice; None when it is not carried."""
    try:
        days = chinese_calendar.get_workdays(date(year, 1, 1), date(year, 12, 31))
    except NotImplementedError:
        return None
    return frozenset(days)


@dataclass(frozen=True)
class WorkingCalendar:
    """Counts working time; immutable, so it may be shared between threads."""

    overrides: Mapping[date, bool] = field(default_factory=dict)
    imported_years: frozenset[int] = frozenset()
    hours: tuple[time, time] = field(default_factory=opening_hours)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo(settings.TIME_ZONE))
    _years: dict[int, list[date]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def day_length(self) -> timedelta:
        """Working time in one working day."""
        opens, closes = self.hours
        return datetime.combine(date.min, closes) - datetime.combine(date.min, opens)

    def published(self, year: int) -> bool:
        """Whether the year's holidays are known, by notice or by an administrator's import."""
        return year in self.imported_years or _notice(year) is not None

    def unpublished_years(self, start: datetime, end: datetime) -> tuple[int, ...]:
        """The years between two moments whose holidays nobody has published yet, in order."""
        first, last = sorted((self._local(start).year, self._local(end).year))
        return tuple(year for year in range(first, last + 1) if not self.published(year))

    def is_working(self, day: date) -> bool:
        """Whether `day` is worked: an administrator's word first, the notice next, else Mon–Fri."""
        if (decided := self.overrides.get(day)) is not None:
            return decided
        notice = None if day.year in self.imported_years else _notice(day.year)
        return day.weekday() < 5 if notice is None else day in notice

    def is_open(self, moment: datetime) -> bool:
        """Whether the offices work at `moment`: the hours of a working day."""
        local = self._local(moment)
        return self.is_working(local.date()) and self.hours[0] <= local.time() < self.hours[1]

    def add(self, start: datetime, span: timedelta) -> datetime:
        """The moment when `span` of working time has passed since `start`; a negative one looks back.

        A start outside working time counts from the next working start (looking back: from
        the last working end). A span that ends with the day ends at closing time.
        """
        return self._forward(start, span) if span >= _NOTHING else self._back(start, -span)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`; negative when `end` is earlier."""
        if end < start:
            return -self.between(end, start)
        first, last = self._local(start), self._local(end)
        days = self._count(first.date(), last.date())
        return days * self.day_length + self._worked(last) - self._worked(first)

    def _forward(self, start: datetime, span: timedelta) -> datetime:
        day, used = self._next_start(self._local(start))
        span += used
        while span > self.day_length:
            span -= self.day_length
            day = self._step(day, _ONE_DAY)
        return datetime.combine(day, self.hours[0], self.zone) + span

    def _back(self, end: datetime, span: timedelta) -> datetime:
        day, left = self._last_end(self._local(end))
        while span > left:
            span -= left
            day, left = self._step(day, -_ONE_DAY), self.day_length
        return datetime.combine(day, self.hours[0], self.zone) + left - span

    def _next_start(self, moment: datetime) -> tuple[date, timedelta]:
        """The working day that `moment` counts from, and how much of it has gone."""
        if self.is_working(moment.date()) and moment.time() < self.hours[1]:
            return moment.date(), self._worked(moment)
        return self._step(moment.date(), _ONE_DAY), _NOTHING

    def _last_end(self, moment: datetime) -> tuple[date, timedelta]:
        """The working day that `moment` looks back from, and how much of it has gone."""
        if worked := self._worked(moment):
            return moment.date(), worked
        return self._step(moment.date(), -_ONE_DAY), self.day_length

    def _step(self, day: date, step: timedelta) -> date:
        day += step
        while not self.is_working(day):
            day += step
        return day

    def _worked(self, moment: datetime) -> timedelta:
        """Working time of its own day that has passed at `moment`."""
        if not self.is_working(moment.date()):
            return _NOTHING
        gone = moment - datetime.combine(moment.date(), self.hours[0], self.zone)
        return min(max(gone, _NOTHING), self.day_length)

    def _count(self, first: date, last: date) -> int:
        """Working days from `first` up to, not including, `last`."""
        years = range(first.year, last.year)
        passed = sum(len(self._working_days(year)) for year in years)
        ahead = bisect_left(self._working_days(last.year), last)
        return passed + ahead - bisect_left(self._working_days(first.year), first)

    def _working_days(self, year: int) -> list[date]:
        if year not in self._years:
            days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
            self._years[year] = [day for day in days if day.year == year and self.is_working(day)]
        return self._years[year]

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)


current_calendar = Kept(WorkingCalendar, seconds=REFRESH_AFTER)
"""The calendar in force; without another loader the packaged notices count alone."""
keep, forget, load_from = current_calendar.keep, current_calendar.forget, current_calendar.load_from
