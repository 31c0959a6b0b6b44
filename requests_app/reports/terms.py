"""Words and limits of reports."""

from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from requests_app.statistics.spans import Span

REMARK_MAX = 2_000
"""Characters of an editor's remark."""
MOST_CASES = 5
USUAL_CASES = 3
MOST_SUGGESTED = 12
"""Matters offered to the editor to choose from."""
MOST_OVERDUE = 100
"""Rows of the overdue list; how many more there are is said below it."""
TOP_CATEGORIES = 10

LATER_MADE = 31
"""So many days, weeks and months are made up for when nothing ran; about a month of daily reports."""

MOST_TRIES = 5
TRY_AGAIN = timedelta(minutes=5)
"""After the first try that may pass later; twice as long after each further one."""
SILENT = timedelta(minutes=10)
"""Work begun so long ago and not over: its worker must have died."""


class Kind(TextChoices):
    DAILY = "daily", _("Daily report")
    WEEKLY = "weekly", _("Weekly report")
    MONTHLY = "monthly", _("Monthly report")

    def span(self, on: date) -> Span:
        """The day, week or month around a day."""
        return {Kind.DAILY: Span.day, Kind.WEEKLY: Span.week, Kind.MONTHLY: Span.month}[self](on)

    def starts_on(self, on: date) -> bool:
        """Whether a span of this kind begins with this day, so that the one before it is over."""
        return self.span(on).first == on


class State(TextChoices):
    DRAFT = "draft", _("Draft")
    ISSUED = "issued", _("Issued")


class Did(TextChoices):
    """What somebody did with a report."""

    MADE = "made", _("counted")
    REMARKED = "remarked", _("remarks changed")
    CASES = "cases", _("cases chosen")
    ISSUED = "issued", _("issued")
    CORRECTED = "corrected", _("correction begun")
    DOWNLOADED = "downloaded", _("downloaded")
    SENT = "sent", _("sent by email")


class Sending(TextChoices):
    """How far a mail is."""

    QUEUED = "queued", _("waits")
    SENDING = "sending", _("on its way")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("perhaps sent")


class Form(TextChoices):
    """As what a report is downloaded."""

    DOCX = "docx", "Word"
    XLSX = "xlsx", "Excel"


TYPES = {
    Form.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
