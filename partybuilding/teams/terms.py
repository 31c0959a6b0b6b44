"""Words and numbers of teams, volunteers and call-outs (handbook §6, 先锋队、志愿者)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TeamKind(TextChoices):
    """What a team is."""

    VANGUARD = "vanguard", _("Vanguard team of party members")
    VOLUNTEER = "volunteer", _("Volunteer team")


class Source(TextChoices):
    """How somebody became a volunteer."""

    FORM = "form", _("Signed up")
    CHECK_IN = "check_in", _("Checked in as a member")
    MEMBER = "member", _("Member of a branch")


class Work(TextChoices):
    """What an activity is about."""

    CARE = "care", _("For the old and the young")
    TIDY = "tidy", _("Clean and green")
    ORDER = "order", _("Safety and order")
    CULTURE = "culture", _("Culture and learning")
    POLICY = "policy", _("Explaining policies")
    OTHER = "other", _("Other voluntary work")


class Emergency(TextChoices):
    """Why volunteers are called out."""

    TYPHOON = "typhoon", _("Typhoon and storm")
    FLOOD = "flood", _("Rain and flood")
    SNOW = "snow", _("Snow and ice")
    HEATING = "heating", _("Heating has failed")
    OTHER = "other", _("Other emergency")


class Answer(TextChoices):
    """What somebody who was called says."""

    SILENT = "silent", _("No answer yet")
    NOW = "now", _("Comes now")
    SOON = "soon", _("Comes within the hour")
    CANNOT = "cannot", _("Is unable to come")


COMING = (Answer.NOW, Answer.SOON)
GIVEN = (*COMING, Answer.CANNOT)
"""What can be answered."""
NAME_MAX = 60
PLACE_MAX = 60
WORDS_MAX = 500
CALL_WORDS_MAX = 60
"""Characters of a call-out's words: they leave by text message."""
MOST_WANTED = 2000
MOST_HOURS = 24
"""Of one call-out."""
LETTER_YEARS = 5
"""So far back a letter of thanks may count."""
