"""Words and numbers of the dual check-in (handbook §6, 双报到)."""

from datetime import datetime, time

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UnitKind(TextChoices):
    """What a unit is."""

    ORGAN = "organ", _("Party or government organ")
    INSTITUTION = "institution", _("Public institution")
    STATE_FIRM = "state_firm", _("State-owned firm")
    FIRM = "firm", _("Private firm")
    SOCIETY = "society", _("Social organisation")
    SCHOOL = "school", _("School")


class Skill(TextChoices):
    """What somebody can do for neighbours."""

    REPAIR = "repair", _("Water and electricity at home")
    LAW = "law", _("Law and mediation")
    HEALTH = "health", _("Health")
    LEARNING = "learning", _("Help with learning")
    PHONES = "phones", _("Phones and computers")
    CARE = "care", _("Company for the old")
    CULTURE = "culture", _("Culture and sport")
    ORDER = "order", _("Patrol and safety")
    TIDY = "tidy", _("Tidying and greenery")
    DRIVING = "driving", _("Driving and carrying")


class Slot(TextChoices):
    """When somebody has time."""

    WORKDAY = "workday", _("Working days, by day")
    EVENING = "evening", _("Working days, evenings")
    WEEKEND = "weekend", _("Weekends")


class Grade(TextChoices):
    """How the community judges a unit's year."""

    EXCELLENT = "excellent", _("Excellent")
    GOOD = "good", _("Good")
    FAIR = "fair", _("Fair")


WORDS_MAX = 500
NAME_MAX = 60
MOST_HOURS = 12
"""Of one service on one day."""
_EVENING = time(17, 30)


def slot_of(moment: datetime) -> Slot:
    """The slot that a moment falls into, where the portal stands."""
    local = timezone.localtime(moment)
    if local.weekday() >= 5:
        return Slot.WEEKEND
    return Slot.EVENING if local.time() >= _EVENING else Slot.WORKDAY
