"""When a matter is due: limits by urgency, and the moments derived from them.

domain.md §3 (design): A 2 h and B 24 h round the clock, C 5 and D 15 working days;
accepted within 30 min, 2 h, one working day. Yellow card as on the Shandong hotline.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from wangguan.workdays import WorkingCalendar, day_length


@dataclass(frozen=True)
class Limit:
    """How long something may take: working time when `working`, else round the clock."""

    span: timedelta
    working: bool

    @classmethod
    def working_days(cls, days: float) -> "Limit":
        """So many working days of `settings.WORKING_HOURS` each."""
        return cls(days * day_length(), working=True)

    @classmethod
    def minutes(cls, minutes: int) -> "Limit":
        """So many minutes, day and night."""
        return cls(timedelta(minutes=minutes), working=False)

    @property
    def words(self) -> str:
        """5 working days; 30 minutes; 2 hours."""
        if self.working:
            return _("%(count)g working days") % {"count": self.span / day_length()}
        minutes = self.span / timedelta(minutes=1)
        if minutes % 60:
            return _("%(count)g minutes") % {"count": minutes}
        return _("%(count)g hours") % {"count": minutes / 60}


class Limits(NamedTuple):
    """The two clocks of a ticket."""

    accept: Limit
    resolve: Limit


# Keyed by the values of `workflow.Urgency`.
DEFAULT_LIMITS: dict[str, Limits] = {
    "A": Limits(accept=Limit.minutes(30), resolve=Limit.minutes(2 * 60)),
    "B": Limits(accept=Limit.minutes(2 * 60), resolve=Limit.minutes(24 * 60)),
    "C": Limits(accept=Limit.working_days(1), resolve=Limit.working_days(5)),
    "D": Limits(accept=Limit.working_days(1), resolve=Limit.working_days(15)),
}


def due(start: datetime, limit: Limit, calendar: WorkingCalendar) -> datetime:
    """The moment when `limit` has run out since `start`."""
    return calendar.add(start, limit.span) if limit.working else start + limit.span


def half(start: datetime, limit: Limit, calendar: WorkingCalendar) -> datetime:
    """The moment when half of `limit` has run out since `start`."""
    return due(start, Limit(limit.span / 2, limit.working), calendar)


def yellow_before(limit: Limit) -> timedelta:
    """How long before the deadline the yellow card falls, in the limit's own kind of time.

    One working day or a quarter of the limit, whichever is shorter; one day of the wall
    clock for round-the-clock limits.
    """
    return min(limit.span / 4, day_length() if limit.working else timedelta(days=1))


def yellow(due_at: datetime, limit: Limit, calendar: WorkingCalendar) -> datetime:
    """The moment of the yellow card of a deadline that `limit` led to."""
    return due(due_at, Limit(-yellow_before(limit), limit.working), calendar)


def shift_for_pause(
    due_at: datetime,
    *,
    paused_at: datetime,
    resumed_at: datetime,
    working: bool,
    calendar: WorkingCalendar,
) -> datetime:
    """The deadline after a pause: what was left when the clock stopped is left when it runs again.

    A deadline that had already passed moves by the length of the pause, so that the matter
    stays exactly as late as it was.
    """
    if due_at <= paused_at or not working:
        return due_at + (resumed_at - paused_at)
    return calendar.add(resumed_at, calendar.between(paused_at, due_at))
