"""Words and numbers of training (handbook §6, 年度培训计划)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Topic(TextChoices):
    """What is taught."""

    THEORY = "theory", _("Party theory")
    RULES = "rules", _("Party constitution and discipline")
    LAW = "law", _("Law and policy")
    SKILL = "skill", _("Work in the grid")
    SAFETY = "safety", _("Safety and emergencies")
    OTHER = "other", _("Other subjects")


class Mode(TextChoices):
    """How it is taught."""

    LECTURE = "lecture", _("In the room")
    FIELD = "field", _("On the spot")
    ONLINE = "online", _("Over the network")


class FileKind(TextChoices):
    """What a material's file is."""

    PDF = "pdf", "PDF"
    DOCX = "docx", "Word"
    PPTX = "pptx", "PowerPoint"


TITLE_MAX = 60
AIM_MAX = 500
NOTE_MAX = 300
LECTURER_MAX = 60
MOST_SESSIONS = 200
"""That a plan of one year names."""
MOST_HOURS = 12
"""Of one session."""
MOST_BYTES = 20 * 1024 * 1024
MOST_MATERIALS = 20
"""Of one session."""
MOST_QUESTIONS = 10
FEWEST_ANSWERS, MOST_ANSWERS = 2, 4
QUESTION_MAX, ANSWER_MAX = 200, 100
TRIES = 2
FIRST_YEAR, LAST_YEAR = 2020, 2100
