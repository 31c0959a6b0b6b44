"""Rules of whistles that are not rows: what stands until an office sets its own."""

from datetime import timedelta
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from requests_app.whistles.workflow import Kind, Unit


class Term(NamedTuple):
    """How soon departments check in, and days from then until a first reminder to conclude."""

    amount: int
    unit: str
    nudge_days: int


DEFAULTS: dict[str, Term] = {
    Kind.EMERGENCY: Term(30, Unit.MINUTES, nudge_days=1),
    Kind.JOINT: Term(24, Unit.HOURS, nudge_days=3),
    Kind.KEY_WORK: Term(3, Unit.WORKING_DAYS, nudge_days=7),
}
"""Handbook §3: 30 minutes and 24 hours round the clock, 3 working days."""


class Came(TextChoices):
    """What the figures count of a department's calls."""

    CALLED = "called", pgettext_lazy("department", "Called")
    IN_TIME = "in_time", pgettext_lazy("department", "Came in time")
    LATE = "late", pgettext_lazy("department", "Came late")
    MISSING = "missing", pgettext_lazy("department", "Did not come")
    CONCLUDED = "concluded", pgettext_lazy("department", "Concluded")
    RATED = "rated", pgettext_lazy("department", "Rated")


URGE_EVERY = timedelta(minutes=10)
TITLE_MAX, NEEDS_MAX, WORDS_MAX, PLACE_MAX = 60, 1000, 2000, 100
RATED_AT_LEAST = 10
"""A mean of fewer ratings says more about chance than about a department; it is not shown."""
OFFERED_TICKETS = 50
"""The newest street matters that a draft offers."""
