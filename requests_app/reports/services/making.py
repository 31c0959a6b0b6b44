"""Counting a report: asked for by a person or by the calendar, done by the worker, as often as it takes.

`asked_at` is the hold: whoever finds another moment there was overtaken and writes nothing.
"""

import logging
from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.db.models import Max, Min, QuerySet
from django.utils.translation import gettext as _

from grids.models import User, today
from requests_app.reports import access
from requests_app.reports.models import Entry, Report
from requests_app.reports.services import cases, contents
from requests_app.reports.terms import LATER_MADE, Did, Kind, State
from requests_app.statistics.models import AsOf
from requests_app.statistics.read import as_of
from requests_app.statistics.spans import Span
from wangguan import clock
from wangguan.celery import app
from wangguan.refusals import Refused
from wangguan.words import storable

log = logging.getLogger(__name__)

COUNT = "requests_app.reports.tasks.count_report"
"""Task; it is given the report's key and the moment that it has to find in `asked_at`."""


# --- what people do ----------------------------------------------------------------------
@transaction.atomic
def ask(kind: Kind, on: date, *, by: User) -> Report:
    """Have the report around a day counted, for the first time or, while it is a draft, anew.

    Raises:
        Refused: not somebody who makes reports, the span has not begun, or it is issued already.
    """
    _check(by)
    span = kind.span(on)
    if span.first > today():
        raise Refused(_("This span has not begun yet."), field="on")
    report = newest(kind, span) or Report(kind=kind, first=span.first, last=span.last)
    if report.is_issued:
        raise Refused(_("This report is issued. Open it to correct it."), field="on")
    if not report.pk:
        report = _write(report)
    return start(report, by=by)


@transaction.atomic
def start(report: Report, *, by: User) -> Report:
    """Have a draft counted; one that is being counted stays as it is.

    Raises:
        Refused: not somebody who makes reports, or it is issued.
    """
    _check(by)
    row = Report.objects.select_for_update().get(pk=report.pk)
    if row.is_issued:
        raise Refused(_("This report is issued; it never changes."))
    if not row.is_at_work:
        begun = _hold(row)
        transaction.on_commit(partial(_send, row.pk, begun.isoformat()))
    return row


@transaction.atomic
def correct(report: Report, *, by: User, why: str) -> Report:
    """Begin a further edition of an issued report, with its words; the issued one stays.

    Raises:
        Refused: no reason, not issued, or a correction has begun already.
    """
    _check(by)
    if not (why := storable(why)):
        raise Refused(_("Say why it is corrected."), field="why")
    row = Report.objects.select_for_update().get(pk=report.pk)
    if not row.is_issued or Report.objects.filter(corrects=row).exists():
        raise Refused(_("This report cannot be corrected: it is a draft, or a newer edition exists."))
    taken = {
        name: getattr(row, name) for name in ("kind", "first", "last", "community", "remark", "plan", "cases")
    }
    later = Report.objects.create(
        **taken, edition=row.edition + 1, corrects=row, why_corrected=why[:200], cases_chosen=row.cases_chosen
    )
    Entry.objects.create(report=row, did=Did.CORRECTED, by=by, note=why[:200])
    return start(later, by=by)


def newest(kind: Kind, span: Span) -> Report | None:
    """The last edition of the street's report of this span."""
    rows = Report.objects.filter(kind=kind, first=span.first, last=span.last, community=None)
    return rows.order_by("-edition").first()


def _check(by: User) -> None:
    if not access.may_edit(by):
        raise Refused(_("Reports are made by the dispatch centre and the street's leaders."))


def _write(report: Report) -> Report:
    """The row of a first edition, whoever came first."""
    found, _is_new = Report.objects.get_or_create(
        kind=report.kind, first=report.first, last=report.last, community=None, edition=1
    )
    return found


def _hold(row: Report) -> datetime:
    row.asked_at, row.error = clock.now(), ""
    row.save(update_fields=["asked_at", "error"])
    return row.asked_at


def _send(pk: int, begun: str) -> None:
    """Hand it to a worker; when the broker is away, the report falls silent and says so."""
    try:
        app.send_task(COUNT, args=[pk, begun], retry=False)
    except Exception as error:
        log.error("report %s could not be queued: %s", pk, type(error).__name__)


# --- what the worker does ----------------------------------------------------------------
def make_due() -> int:
    """Count what the calendar asks for: the days, weeks and months that are over; how many were new.

    As long as the figures do not reach the end of a span, it waits for the next time.
    """
    made = 0
    for kind in Kind:
        for span in _missing(kind):
            if as_of() >= cases.moments(span)[1] and (report := _unmade(kind, span)):
                made += count(report.pk, report.asked_at.isoformat() if report.asked_at else "")
    return made


def _missing(kind: Kind) -> list[Span]:
    """What is over and was not counted, the earliest first: the last span, and those an outage left out.

    No further back than the first report of the kind, and not more than `LATER_MADE` of them.
    """
    rows = Report.objects.filter(kind=kind, community=None)
    began = rows.aggregate(first=Min("first"))["first"]
    over = [kind.span(today()).before()]
    while began and over[-1].first > began and len(over) < LATER_MADE:
        over.append(over[-1].before())
    made = set(rows.filter(first__gte=over[-1].first, made_at__isnull=False).values_list("first", flat=True))
    return [span for span in reversed(over) if span.first not in made]


@transaction.atomic
def _unmade(kind: Kind, span: Span) -> Report | None:
    """The row to count, held; None when it was counted or is being counted."""
    row = newest(kind, span) or _write(Report(kind=kind, first=span.first, last=span.last))
    row = Report.objects.select_for_update().get(pk=row.pk)
    if row.is_issued or row.made_at or row.is_at_work:
        return None
    _hold(row)
    return row


def count(pk: int, begun: str, *, by: User | None = None) -> bool:
    """Count a held draft and keep the numbers; whether it was still this run's to keep."""
    held = _held(pk, begun)
    report = held.select_related("community").first()
    if report is None:
        return False
    try:
        return _count(report, held, by)
    except Exception as error:  # no words of it: only its kind is told
        log.error("report %s failed: %s", pk, type(error).__name__)
        said = _("It could not be counted. Please try again, or tell the administrator.")
        held.update(asked_at=None, error=said)
        return False


def _held(pk: int, begun: str) -> "QuerySet[Report]":
    try:
        moment = datetime.fromisoformat(begun)
    except ValueError:
        return Report.objects.none()
    return Report.objects.filter(pk=pk, state=State.DRAFT, asked_at=moment)


@transaction.atomic
def _count(report: Report, held: "QuerySet[Report]", by: User | None) -> bool:
    """While the figures hold still: whoever rolls them goes home and comes again."""
    AsOf.objects.select_for_update().first()
    data = contents.collect(contents.Asked(report.span, report.community))
    fields = {"data": data, "made_at": clock.now(), "as_of": as_of(), "asked_at": None, "error": ""}
    if not held.update(**fields):
        return False
    Report.objects.filter(pk=report.pk, cases_chosen=False).update(cases=cases.usual(report))
    Entry.objects.create(report=report, did=Did.MADE, by=by)
    return True


def next_number(report: Report) -> int:
    """第 N 期: how many of its kind were issued in the year, and one; a correction keeps the number."""
    if report.corrects and report.corrects.number:
        return report.corrects.number
    issued = Report.objects.filter(
        kind=report.kind, last__year=report.last.year, community=report.community, state=State.ISSUED
    )
    return (issued.aggregate(last=Max("number"))["last"] or 0) + 1
