"""Words and numbers of the Red Steward (红色管家, handbook §6)."""

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Question(TextChoices):
    """What a household marks the property company on, every month the same; columns of a mark."""

    CLEANLINESS = "cleanliness", _("Cleaning and rubbish")
    REPAIRS = "repairs", _("Repairs in time")
    SAFETY = "safety", _("Safety and good order")
    GREENERY = "greenery", _("Greenery")
    ATTITUDE = "attitude", _("Friendliness")


MARKS: dict[int, Promise] = {
    5: _("very good"),
    4: _("good"),
    3: _("fair"),
    2: _("poor"),
    1: _("very poor"),
}
OPENS_ON = 25
"""Day of the month on which its appraisal opens; it closes with the month."""
RATED_FOR = timedelta(days=14)
"""So long after a thing was done residents say whether it is solved."""


class Via(TextChoices):
    """How a household gave its voice."""

    PHONE = "phone", _("From its own phone")
    VISIT = "visit", _("At the door")


class Sort(TextChoices):
    """What the property company did."""

    CLEANING = "cleaning", _("Cleaning")
    REPAIR = "repair", _("Repair")
    SECURITY = "security", _("Security and order")
    GREENERY = "greenery", _("Greenery")
    LIFT = "lift", _("Lift")
    FIRE = "fire", _("Fire protection")
    THEME = "theme", _("Theme service")


class Reserved(TextChoices):
    """What the law leaves to the owners together.

    Source: 《中华人民共和国民法典》第二百七十八条, nine items.
    """

    RULES = "rules", _("1. Rules of procedure of the owners' assembly")
    COVENANT = "covenant", _("2. The management covenant")
    COMMITTEE = "committee", _("3. Electing the owners' committee or replacing its members")
    COMPANY = "company", _("4. Hiring or dismissing the property company or another manager")
    FUND_USE = "fund_use", _("5. Using the maintenance fund")
    FUND_RAISING = "fund_raising", _("6. Raising the maintenance fund")
    REBUILDING = "rebuilding", _("7. Altering or rebuilding a building and what belongs to it")
    COMMON_PARTS = "common_parts", _("8. Changing the use of common parts, or earning money with them")
    OTHER = "other", _("9. Other weighty matters of co-ownership and joint management")


OWNERS_SENTENCE = _(
    "By article 278 of the Civil Code this is for the owners to decide together: owners of two thirds of the "
    "floor area and two thirds of the owners must vote. What the table says on it is a recommendation."
)
NAME_MAX = 60
WORDS_MAX = 500
COMMENT_MAX = 200
TITLE_MAX = 60
PARTIES = 6
"""六位一体: the community, the branch, the property company, the owners, a partner unit, the residents."""
