"""A certificate of the hours somebody learnt in a year, as a Word file."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from grids.models import Street, today
from partybuilding.training.record import Entry, Record
from requests_app.reports.services import docx
from requests_app.reports.services.paper import Paper, Section, Table
from wangguan.refusals import Refused


def certificate(name: str, record: Record) -> bytes:
    """The file; only confirmed hours stand in it.

    Raises:
        Refused: no hours of that year are confirmed.
    """
    confirmed = [entry for entry in record.entries if entry.sign_up.hours]
    if not confirmed:
        raise Refused(_("No hours of this year are confirmed yet."))
    with override("zh-hans"):
        return docx.write(_paper(name, record, confirmed))


def _paper(name: str, record: Record, entries: list[Entry]) -> Paper:
    street = Street.objects.order_by("pk").values_list("name", flat=True).first() or ""
    told = {
        "name": name,
        "year": record.year,
        "count": len(entries),
        "hours": f"{record.hours.normalize():f}",
    }
    said = _("%(name)s took part in %(count)d training sessions in %(year)d, %(hours)s hours in all.") % told
    head = [_("Day"), _("Session"), _("Topic"), _("Hours"), _("Quiz")]
    rows = [_row(entry) for entry in reversed(entries)]
    table = Table("", list(head), [list(row) for row in rows], (2, 5, 3, 1, 2))
    end = [street, date_format(today(), "Y年n月j日")]
    title = _("Certificate of training hours, %(year)d") % told
    return Paper(title, [], [Section("", [said], [table]), Section("", end)], [], street)


def _row(entry: Entry) -> list[str]:
    session = entry.session
    quiz = ""
    if entry.best:
        quiz = _("Passed") if entry.best.passed else _("Not passed")
    return [
        f"{timezone.localtime(entry.sign_up.gathering.starts_at):%Y-%m-%d}",
        session.gathering.title,
        session.get_topic_display(),
        f"{(entry.sign_up.hours or 0):f}",
        quiz,
    ]
