"""Which backups stay: the newest of each of the last 7 days, 4 weeks and 12 months that have one."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

DAILY, WEEKLY, MONTHLY = 7, 4, 12
Period = Callable[[date], Any]


def to_keep(moments: Iterable[datetime], *, zone: ZoneInfo) -> set[datetime]:
    """Of these moments (aware) those whose backup stays; days are counted in `zone`.

    Periods without a backup use up no place: after a month's pause the old ones are still there.
    """
    newest_first = sorted(set(moments), reverse=True)
    kept: set[datetime] = set()
    for period, places in (
        (lambda day: day, DAILY),
        (lambda day: day.isocalendar()[:2], WEEKLY),
        (lambda day: (day.year, day.month), MONTHLY),
    ):
        kept |= set(_newest_of_each(newest_first, period, zone)[:places])
    return kept


def _newest_of_each(newest_first: list[datetime], period: Period, zone: ZoneInfo) -> list[datetime]:
    """One moment of each period, the newest period first."""
    found: dict[Any, datetime] = {}
    for moment in newest_first:
        found.setdefault(period(moment.astimezone(zone).date()), moment)
    return list(found.values())
