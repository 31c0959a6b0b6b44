"""Words and numbers of the service centres (党群服务中心)."""

from django.db.models import TextChoices
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _


class OpenTo(TextChoices):
    """Who may book a room; whoever keeps the centre always may."""

    OFFICE = "office", _("The offices only")
    UNITS = "units", _("Offices and units that checked in")
    KNOWN = "known", _("Everybody who enters with a phone")


class Theme(TextChoices):
    """What an activity is about."""

    PARTY_DAY = "party_day", _("Themed party day")
    LECTURE = "lecture", _("Lecture and policy")
    CULTURE = "culture", _("Culture and sport together")
    FAMILY = "family", _("Parents and children")
    ELDERS = "elders", _("For the elderly")
    HEALTH = "health", _("Health and free clinic")
    LAW = "law", _("Law and advice")
    OTHER = "other", _("Something else")


DAYS = tuple(WEEKDAYS.items())
"""Days of the week as Python counts them: 0 is Monday."""
NAME_MAX = 60
WORDS_MAX = 500
AHEAD_DAYS = 90
"""So far ahead a room can be booked."""
MOST_HOURS = 8
"""Of one booking."""
WEEKS_MAX = 12
"""Of one series."""
AHEAD_EACH = 24
"""Bookings ahead that one phone may hold, so that nobody keeps a room for themselves."""
