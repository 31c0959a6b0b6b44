"""Words of the duty list (责任清单): its tiers, how often an item falls due, and on which days."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from grids.roles import COMMUNITY_ROLES, STREET_ROLES

ITEM_MAX = 500
WORDS_MAX = 2_000
FIRST_YEAR, LAST_YEAR = 2020, 2099
REMIND_BEFORE = timedelta(days=7)
BATCH = 500
OWNING = (*STREET_ROLES, *COMMUNITY_ROLES)
"""Posts whose holders own items of the list."""


class Tier(IntegerChoices):
    """Whose responsibility it is (handbook §6), as the list is read from above."""

    FIRST = 1, _("First responsibility of the secretary")
    FIELD = 2, _("Responsibility of the deputy in charge")
    POST = 3, _("One post, two duties")
    DIRECT = 4, _("Direct responsibility of the community secretary")


class Period(TextChoices):
    """How often it falls due: on one day, or on the last day of each stretch of the year."""

    ONCE = "once", _("Once, on a day")
    MONTH = "month", _("Each month")
    QUARTER = "quarter", _("Each quarter")
    HALF = "half", _("Each half-year")
    YEAR = "year", _("Once a year")


_MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.HALF: 6, Period.YEAR: 12}


def due_days(period: str, year: int, once_on: date | None = None) -> Iterator[date]:
    """The days of the year on which an item of this period falls due."""
    if period == Period.ONCE:
        yield from (once_on,) if once_on else ()
        return
    step = _MONTHS[Period(period)]
    for month in range(step, 13, step):
        yield date(year, month, monthrange(year, month)[1])


def a_year_later(day: date) -> date:
    """The same day of the next year; 29 February becomes the 28th."""
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
