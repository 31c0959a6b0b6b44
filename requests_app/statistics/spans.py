"""Spans of days: what a figure is counted over, and what it is compared with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

_ONE_DAY = timedelta(days=1)


class Step(TextChoices):
    """How finely a span is cut for a series."""

    DAY = "day", _("By day")
    WEEK = "week", _("By week")
    MONTH = "month", _("By month")


@dataclass(frozen=True, order=True)
class Span:
    """From one day to another, both included (Asia/Shanghai)."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("the last day lies before the first")

    @classmethod
    def day(cls, on: date) -> "Span":
        return cls(on, on)

    @classmethod
    def week(cls, on: date) -> "Span":
        """Monday to Sunday around a day."""
        monday = on - timedelta(days=on.weekday())
        return cls(monday, monday + timedelta(days=6))

    @classmethod
    def month(cls, on: date) -> "Span":
        """The calendar month around a day."""
        return cls(on.replace(day=1), _month_end(on))

    @classmethod
    def quarter(cls, on: date) -> "Span":
        first = on.replace(month=on.month - (on.month - 1) % 3, day=1)
        return cls(first, _month_end(first.replace(month=first.month + 2)))

    @classmethod
    def year(cls, on: date) -> "Span":
        return cls(date(on.year, 1, 1), date(on.year, 12, 31))

    @classmethod
    def last_days(cls, days: int, *, until: date | None = None) -> "Span":
        """So many days, today (or `until`) the last of them."""
        from grids.models import today

        last = until or today()
        return cls(last - timedelta(days=days - 1), last)

    def __len__(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    def __contains__(self, on: date) -> bool:
        return self.first <= on <= self.last

    def __str__(self) -> str:
        return f"{self.first.isoformat()} – {self.last.isoformat()}"

    @property
    def is_month(self) -> bool:
        """Exactly one calendar month."""
        return self == Span.month(self.first)

    def before(self) -> "Span":
        """What came just before: as many whole months for whole months, else as many days."""
        if months := self._months():
            return Span(_months_back(self.first, months), self.first - _ONE_DAY)
        return Span(self.first - timedelta(days=len(self)), self.first - _ONE_DAY)

    def year_before(self) -> "Span":
        """The same days a year earlier; whole months stay whole, and 29 February becomes the 28th."""
        if self._months():
            return Span(_months_back(self.first, 12), _month_end(_months_back(self.last.replace(day=1), 12)))
        return Span(_year_back(self.first), _year_back(self.last))

    def pieces(self, step: str) -> Iterator["Span"]:
        """Its days, weeks or months in order; the first and the last may be cut off by its ends."""
        around = {Step.DAY: Span.day, Step.WEEK: Span.week, Step.MONTH: Span.month}[Step(step)]
        on = self.first
        while on <= self.last:
            piece = Span(on, min(around(on).last, self.last))
            yield piece
            on = piece.last + _ONE_DAY

    def _months(self) -> int:
        """How many whole calendar months it is made of; 0 when it is not."""
        if self.first.day != 1 or self.last != _month_end(self.last):
            return 0
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1


def _month_end(on: date) -> date:
    return (on.replace(day=28) + timedelta(days=4)).replace(day=1) - _ONE_DAY


def _months_back(first: date, months: int) -> date:
    """The first day of the month so many months earlier; `first` is the first of a month."""
    index = first.year * 12 + first.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _year_back(on: date) -> date:
    return date(on.year - 1, 2, 28) if (on.month, on.day) == (2, 29) else on.replace(year=on.year - 1)
