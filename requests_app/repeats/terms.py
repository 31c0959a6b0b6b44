"""Words and measures of repeats: what makes two matters one, and for how long."""

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

WITHIN = timedelta(days=30)
"""Two matters further apart than this are not the same trouble told twice."""
GROWING = 3
"""So many within `WITHIN` and the desk hears of it."""
SHARED_PAIRS = 6
"""Fewer pairs of characters in common are chance: an address alone has five."""
ALIKE = 0.5
"""Share of the shorter text's pairs that the other has too."""
COMPARED = 400
"""So many nearest in time are compared by their words; a grid has about 150 in thirty days, a place or a
reporter far fewer."""
BATCH = 500
BATCHES = 4
"""So many batches in one run of the task; the rest waits for the next minute."""
MARGIN = 1_000
"""So far below the highest key seen is looked again: tickets are not committed in the order of keys."""
WEEKS = 12
ANSWERED_AT_ONCE = 50
WORDS_MAX = 2_000
ANSWER_MAX = 4_000


class LinkKind(TextChoices):
    PLACE = "place", _("Same place and kind")
    REPORTER = "reporter", _("Same reporter")
    WORDS = "words", _("Alike in words")
    HAND = "hand", _("Put together by hand")


class ProjectState(TextChoices):
    OPEN = "open", _("Under way")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")


RUNNING = (ProjectState.OPEN, ProjectState.ANSWERED)
