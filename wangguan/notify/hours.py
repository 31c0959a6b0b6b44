"""The reminder window: the hours in which a routine reminder may reach a person."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone


def window(moment: datetime) -> datetime:
    """`moment` itself inside `settings.REMINDER_WINDOW` (local time), else its next opening."""
    opening, closing = map(time.fromisoformat, settings.REMINDER_WINDOW)
    local = moment.astimezone(timezone.get_default_timezone())
    if opening <= local.time() < closing:
        return moment
    day = local.date() if local.time() < opening else local.date() + timedelta(days=1)
    return datetime.combine(day, opening, tzinfo=local.tzinfo)


def is_open(moment: datetime) -> bool:
    return window(moment) == moment


def next_gathering(moment: datetime) -> datetime:
    """When a routine reminder written at `moment` may go: the next full minute within the window.

    Waiting for the minute lets what one person is told in it be gathered into one digest.
    """
    return window(moment.replace(second=0, microsecond=0) + timedelta(minutes=1))
