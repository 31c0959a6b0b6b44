"""The words and bounds of GeoReport v2."""

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from requests_app.workflow import Status

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
LONGEST_SPAN = timedelta(days=90)
"""What one question may span, and what it spans unless it says so."""
MOST_ROWS = 1_000
"""Rows of one answer at the most, and unless the question says so."""
LAST_PAGE = 1_000
LONGEST_WORDS = 4_000
"""Characters of a description."""
LONGEST_TOKEN = 200
"""Characters of a sender's own token for one request (`Idempotency-Key`)."""


class DataType(TextChoices):
    """What an attribute's value looks like (“GET Service Definition”, `datatype`)."""

    STRING = "string", _("one line")
    NUMBER = "number", _("a number")
    DATETIME = "datetime", _("day and time")
    TEXT = "text", _("several lines")
    SINGLE = "singlevaluelist", _("one of a list")
    MULTI = "multivaluelist", _("several of a list")


LISTED = (DataType.SINGLE, DataType.MULTI)
"""Those whose values are chosen from a list."""


class State(TextChoices):
    """The two states that the specification knows."""

    OPEN = "open"
    CLOSED = "closed"


CLOSED = (Status.ANSWERED, Status.CLOSED, Status.DECLINED, Status.MERGED)
"""Our states that are `closed` to everybody outside; all others are `open`."""


def state(status: str) -> State:
    """The outside's word for one of our states."""
    return State.CLOSED if status in CLOSED else State.OPEN
