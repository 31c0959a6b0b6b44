"""How often a trouble was told, week by week: numbers, and bars drawn from them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from grids.models import today
from requests_app.repeats.terms import WEEKS

HEIGHT, WIDTH, GAP = 48, 14, 4


@dataclass(frozen=True)
class Bar:
    """One week, which begins on a Monday; `x`, `y`, `height` in the units of the drawing."""

    week: date
    count: int
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class Trend:
    bars: list[Bar]
    width: int
    height: int = HEIGHT
    bar_width: int = WIDTH


def trend(arrivals: Iterable[datetime], *, weeks: int = WEEKS) -> Trend:
    """The last weeks up to this one, those without any included."""
    monday = today() - timedelta(days=today().weekday())
    counts = Counter(_monday(at) for at in arrivals)
    shown = [monday - timedelta(weeks=back) for back in reversed(range(weeks))]
    most = max([counts[week] for week in shown] + [1])
    bars = [_bar(place, week, counts[week], most) for place, week in enumerate(shown)]
    return Trend(bars, weeks * (WIDTH + GAP))


def _bar(place: int, week: date, count: int, most: int) -> Bar:
    height = max(round(count / most * (HEIGHT - 2)), 1)
    return Bar(week, count, place * (WIDTH + GAP), HEIGHT - height, height)


def _monday(at: datetime) -> date:
    day = timezone.localdate(at)
    return day - timedelta(days=day.weekday())
