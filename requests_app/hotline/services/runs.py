"""A hotline's file on its way in (`wangguan.exchange.ways`), and back out while nobody has touched it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import islice

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from grids.models import User
from requests_app import voided
from requests_app.hotline.models import HotlineRow, HotlineRun, Layout
from requests_app.hotline.services import layouts, tables
from requests_app.hotline.services.importer import Importer
from requests_app.hotline.services.tables import Row, Table
from requests_app.hotline.terms import USUAL_HOTLINE, Column
from requests_app.models import Follow, Ticket, TicketEvent
from requests_app.roster import Roster
from requests_app.services.actor import staff
from requests_app.services.change import Change
from requests_app.workflow import IMPORT_UNDONE, IMPORTED, ActorKind, Outcome, Status
from wangguan import clock
from wangguan.exchange import sealed, sheets, ways
from wangguan.exchange.beside import Beside
from wangguan.exchange.hold import SILENT, Hold
from wangguan.exchange.run import ImportState
from wangguan.refusals import Refused

BATCH = 200
CHECK, IMPORT, UNDO = (
    "requests_app.hotline.tasks.check_file",
    "requests_app.hotline.tasks.import_file",
    "requests_app.hotline.tasks.undo_import",
)
"""Tasks; each is given the run's key and the moment that it has to find."""


# --- what people do ----------------------------------------------------------------------
def upload(file: UploadedFile, *, by: User) -> HotlineRun:
    """Keep the file, sealed; when its headings are known, its check begins.

    Raises:
        Refused: no plain xlsx or csv, or without headings.
    """
    sheets.check_size(file.size or 0)
    content = ways.bytes_of(file)
    tables.check_file(content, file.size or 0)
    run = HotlineRun(by=by, layout=layouts.known(_headings(content)))
    ways.keep(run, file)
    return run


def headings(run: HotlineRun) -> list[str]:
    """The headings of an uploaded file.

    Raises:
        Refused: the file was taken away.
    """
    return _headings(ways.content(run))


def name_columns(
    run: HotlineRun,
    *,
    name: str,
    columns: Mapping[str, Column],
    by: User,
    hotline: str = USUAL_HOTLINE,
) -> Layout:
    """Say how the file's columns read; it is remembered for the next file of these headings.

    Raises:
        Refused: the run is at work or over, or see `layouts.remember`.
    """
    if run.state not in ways.MAY_CHECK:
        raise Refused(_("The columns of this file cannot be changed now."))
    return layouts.remember(run, headings(run), name=name, columns=columns, by=by, hotline=hotline)


def imported_before(run: HotlineRun) -> HotlineRun | None:
    """The last run that brought in this very file and was not taken back."""
    return ways.imported_before(run, HotlineRun.objects.filter(undone_at=None))


def check(run: HotlineRun) -> None:
    """Have the file checked, for the first time or again; nothing is written.

    Raises:
        Refused: its columns are unknown, it is over, or a file is being worked on.
    """
    if run.layout is None:
        raise Refused(_("Please say first what the columns of this file are."))
    ways.check(run, CHECK, HotlineRun.objects.all())


def bring_in(run: HotlineRun, *, counts: Mapping[str, int | None]) -> None:
    """Have it imported; `counts` are what the person saw and agreed to.

    Raises:
        Refused: not checked, other numbers, nothing to do, or a file is being worked on.
    """
    ways.check_agreed(run, counts)
    if not run.created:
        raise Refused(_("There is nothing to bring in: no row is new."))
    ways.bring_in(run, IMPORT, HotlineRun.objects.all())


def moved(run: HotlineRun) -> QuerySet[HotlineRow]:
    """Rows of an import that somebody has touched since: a step, a word, a merge, a follow."""
    entries = TicketEvent.objects.filter(ticket=OuterRef("ticket_id")).exclude(
        Q(actor_kind=ActorKind.SYSTEM) | Q(step=IMPORTED)
    )
    merged = Ticket.objects.filter(parent=OuterRef("ticket_id"))
    followed = Follow.objects.filter(ticket=OuterRef("ticket_id"))
    rows = HotlineRow.objects.filter(run=run, undone=False)
    return rows.filter(Exists(entries) | Exists(merged) | Exists(followed))


def may_undo(run: HotlineRun) -> bool:
    """Brought in, not taken back, and nobody is at it."""
    over = run.undo_asked_at is None or run.undo_asked_at < clock.now() - SILENT
    return run.state == ImportState.IMPORTED and run.undone_at is None and over


def undo(run: HotlineRun, *, by: User) -> None:
    """Have a whole import taken back.

    Raises:
        Refused: it is not in, or somebody has worked on a matter of it.
    """
    if not may_undo(run):
        raise Refused(_("This import cannot be taken back now."))
    _check_untouched(run)
    now = clock.now()
    same = HotlineRun.objects.filter(pk=run.pk, undone_at=None, undo_asked_at=run.undo_asked_at)
    with transaction.atomic():
        if not same.update(undo_asked_at=now, undone_by=by, error=""):
            raise Refused(_("Somebody started or stopped this run meanwhile."))
        transaction.on_commit(partial(ways.start, UNDO, run.pk, now.isoformat()))
    run.refresh_from_db()


def _check_untouched(run: HotlineRun) -> None:
    if count := moved(run).count():
        told = _("Colleagues or residents have worked on %(count)d matters of it; it stays.")
        raise Refused(told % {"count": count})


def _headings(content: object) -> list[str]:
    table = Table(content)  # type: ignore[arg-type]
    try:
        return table.headings
    finally:
        table.close()


# --- what the worker does ----------------------------------------------------------------
def run_check(pk: int, queued_at: str) -> None:
    """Judge every row without writing."""
    ways.with_hold(HotlineRun, pk, ImportState.CHECKING, queued_at, _check)


def run_import(pk: int, queued_at: str) -> None:
    """Make every new row's ticket in one transaction, if that is exactly what the check said."""
    ways.with_hold(HotlineRun, pk, ImportState.IMPORTING, queued_at, _import)


def _check(hold: Hold[HotlineRun]) -> None:
    importer = _settle(hold, write=False)
    report = importer.outcome.report()
    hold.finish(ImportState.CHECKED, report=report, history=importer.history, **importer.outcome.numbers)


def _import(hold: Hold[HotlineRun]) -> None:
    expected = {name: getattr(hold.run, name) for name in ways.COUNTED}
    with Beside() as beside, transaction.atomic():
        hold = hold.beside(beside)
        importer = _settle(hold, write=True)
        if importer.outcome.counts != expected:
            raise ways.Differs
        importer.tell()
        hold.finish(ImportState.IMPORTED, history=importer.history, **importer.outcome.numbers)
    sealed.remove(hold.run)


def _settle(hold: Hold[HotlineRun], *, write: bool) -> Importer:
    run = hold.run
    table = Table(ways.content(run))
    layout = run.layout
    if layout is None or layout.key != layouts.key_of(table.headings):
        raise Refused(_("Please say first what the columns of this file are."))
    importer, done = Importer(run, layout), 0
    try:
        for batch in _batches(iter(table)):
            importer.settle(batch, write=write)
            done += len(batch)
            hold.beat(rows=max(table.expected, done), rows_done=done)
    finally:
        table.close()
    return importer


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def run_undo(pk: int, asked_at: str) -> None:
    """Take a whole import back: its tickets are closed as void, its numbers are free again."""
    with transaction.atomic():
        run = HotlineRun.objects.select_for_update(of=("self",)).select_related("undone_by").get(pk=pk)
        asked = run.undo_asked_at and run.undo_asked_at.isoformat()
        if asked != asked_at or run.undone_at or run.undone_by is None:
            return
        try:
            _take_back(run, run.undone_by)
        except Refused as refused:
            HotlineRun.objects.filter(pk=pk).update(
                undo_asked_at=None, undone_by=None, error=refused.sentence[:200]
            )


def _take_back(run: HotlineRun, by: User) -> None:
    """One entry each; nothing was promised to anybody yet, so nobody is told."""
    rows = HotlineRow.objects.filter(run=run)
    tickets = Ticket.objects.filter(pk__in=rows.values("ticket")).with_units().order_by("pk")
    locked = list(tickets.select_for_update(of=("self",)))
    _check_untouched(run)
    actor, now = staff(by), clock.now()
    with Roster.whole().standing():
        for ticket in locked:
            _void(Change(ticket, IMPORT_UNDONE, actor, detail={"run": run.pk}, now=now), now)
        voided.tell([ticket.pk for ticket in locked], by=by)
    rows.update(undone=True)
    HotlineRun.objects.filter(pk=run.pk).update(undone_at=now)


def _void(change: Change, now: datetime) -> None:
    ticket = change.ticket
    ticket.status, ticket.outcome = Status.CLOSED, Outcome.VOID
    ticket.closed_at = ticket.closed_at or now
    change.write()
