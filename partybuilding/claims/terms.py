"""Words and numbers of the three lists (handbook §6, 三张清单、双向认领)."""

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Sort(TextChoices):
    """Which of the three lists an item stands on."""

    NEED = "need", _("A need")
    RESOURCE = "resource", _("A resource")
    PROJECT = "project", _("A joint project")


class Kind(TextChoices):
    """What is needed or given."""

    SPACE = "space", _("Room or ground")
    PEOPLE = "people", _("Hands that help")
    SKILL = "skill", _("A skill")
    GOODS = "goods", _("Things")
    FUNDS = "funds", _("Funds in kind")
    SERVICE = "service", _("Service at the door")


class Origin(TextChoices):
    """Where an item comes from."""

    OFFICE = "office", _("Entered by the office")
    RESIDENT = "resident", _("Told by a resident")
    VISIT = "visit", _("Heard on a visit")
    TICKET = "ticket", _("From a request")
    MEETING = "meeting", _("From a meeting")
    UNIT = "unit", _("Offered by a unit")


CLAIMED_BY_UNITS = (Sort.NEED, Sort.PROJECT)
"""Units take these on; communities claim resources."""
TITLE_MAX, AMOUNT_MAX, PLACE_MAX, NAME_MAX, WORDS_MAX = 60, 60, 100, 30, 500
MOST_SHARES = 20
UNCLAIMED_AFTER = timedelta(days=14)
"""So long an item may stand published before its keepers are told and the joint council hears of it."""
REMIND_BEFORE = timedelta(days=3)
MOST_MILESTONES = 20
"""Of one claim."""
SUGGESTED = 8
"""Fits that a page names."""
