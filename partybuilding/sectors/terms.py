"""Words and numbers of emerging sectors (handbook §6, 新兴领域)."""

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What is surveyed: 新经济组织, 新社会组织, 新就业群体."""

    FIRM = "firm", _("New economic organisation")
    SOCIAL = "social", _("New social organisation")
    SITE = "site", _("Site of new-form workers")


class Trade(TextChoices):
    """The sector of trade; the second half is where new-form workers are met."""

    RETAIL = "retail", _("Wholesale and retail")
    CATERING = "catering", _("Catering and lodging")
    SERVICES = "services", _("Services to residents")
    TECHNOLOGY = "technology", _("Software and technology")
    TRADING = "trading", _("Business services")
    EDUCATION = "education", _("Education and training")
    HEALTH = "health", _("Health and care")
    PROPERTY = "property", _("Property management")
    BUILDING = "building", _("Construction and decoration")
    COURIER = "courier", _("Express delivery")
    MEALS = "meals", _("Meal delivery")
    RIDES = "rides", _("Online ride-hailing")
    FREIGHT = "freight", _("Freight and moving")
    OTHER = "other", _("Other")


class Why(TextChoices):
    """Why a firm or site is no longer counted."""

    CLOSED = "closed", _("Closed down")
    MOVED = "moved", _("Moved away")
    DOUBLE = "double", _("Entered twice, or in error")


OWN_BRANCH_MEMBERS = 3
"""From three full members on a firm forms a branch of its own.

Source: 《中国共产党章程》, art. 30. Here it is a mark in lists, never a sanction.
"""
VISIT_DAYS = 91
"""An adviser visits once a quarter."""
VISIT_EVERY = timedelta(days=VISIT_DAYS)
NAME_MAX = 100
ADDRESS_MAX = 200
WORDS_MAX = 2_000
PEOPLE_MAX = 100_000
BATCH = 500
"""Firms that one reminder's transaction takes."""
