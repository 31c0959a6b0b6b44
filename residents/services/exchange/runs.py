"""The way of one file into the register: uploaded, checked without writing, imported whole or not at all.

    uploaded → checking → checked → importing → imported
                    ↘ failed ↙  (checked again)      cancelled (for good, from everywhere before the end)

One run of a kind is at work at a time (a constraint says so). A run whose worker died is known by its
silence (`hold.SILENT`) and makes room, or is started again; `hold.Hold` keeps the two apart.
"""

import hashlib
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.models import User
from residents.models import ImportRun
from residents.services.exchange import places, sealed
from residents.services.exchange.beside import Beside
from residents.services.exchange.doors import DoorsImport
from residents.services.exchange.hold import AT_WORK, SILENT, Hold, HoldLost
from residents.services.exchange.importer import Importer
from residents.services.exchange.people import PeopleImport
from residents.services.exchange.venues import VenuesImport
from residents.services.record import ChangedMeanwhile
from residents.terms import ImportState, RegisterKind
from wangguan import clock, sheets
from wangguan.celery import app
from wangguan.refusals import Refused

log = logging.getLogger(__name__)

IMPORTERS: dict[str, type[Importer[Any]]] = {
    RegisterKind.RESIDENTS: PeopleImport,
    RegisterKind.DWELLINGS: DoorsImport,
    RegisterKind.VENUES: VenuesImport,
}
KEPT_FOR = timedelta(days=1)
"""An uploaded file that was not brought in."""
READ_PER_BEAT = 200
MAY_CHECK = (ImportState.UPLOADED, ImportState.CHECKED, ImportState.FAILED)
ENDED = (ImportState.IMPORTED, ImportState.CANCELLED)
COUNTED = ("created", "changed", "unchanged", "refused")

CHECK, IMPORT = "residents.tasks.check_file", "residents.tasks.import_file"
"""Tasks; each is given the run's key and the beat that it has to find."""


# --- what people do ----------------------------------------------------------------------
def upload(kind: RegisterKind, file: UploadedFile, *, by: User) -> ImportRun:
    """Keep the file, sealed.

    Raises:
        Refused: not somebody who imports, or no plain xlsx.
    """
    if not places.may_exchange(by):
        raise Refused(_("Registers are brought in by communities and the street's dispatch centre."))
    sheets.check_file(file, file.size or 0)
    file.seek(0)
    content = file.read()
    run = ImportRun(kind=kind, file_name=(file.name or "")[-200:], by=by)
    run.sha256 = hashlib.sha256(content).hexdigest()
    sealed.put(run.file, content)
    run.save()
    return run


def imported_before(run: ImportRun) -> ImportRun | None:
    """The last run that brought in this very file."""
    same = ImportRun.objects.filter(kind=run.kind, sha256=run.sha256, state=ImportState.IMPORTED)
    return same.exclude(pk=run.pk).order_by("-pk").first()


def is_silent(run: ImportRun) -> bool:
    """At work, and not heard of for so long that its worker must have died."""
    return run.state in AT_WORK and (run.beat_at is None or run.beat_at < clock.now() - SILENT)


def check(run: ImportRun, *, by: User) -> None:
    """Have the file checked, for the first time or again; nothing is written.

    Raises:
        Refused: not one's own, over, being worked on, or another file of the kind is.
    """
    _check_own(run, by)
    state = ImportState(run.state)
    if state not in MAY_CHECK and not is_silent(run):
        raise Refused(_("This file cannot be checked now."))
    zeros = dict.fromkeys(COUNTED, 0)
    _queue(run, ImportState.CHECKING, CHECK, rows=0, rows_done=0, report={}, error="", **zeros)


def bring_in(run: ImportRun, *, by: User, counts: Mapping[str, int | None]) -> None:
    """Have it imported; `counts` are what the person saw and agreed to.

    Raises:
        Refused: not one's own, not checked, other numbers, nothing to do, or another file is at work.
    """
    _check_own(run, by)
    again = run.state == ImportState.IMPORTING and is_silent(run)
    if run.state != ImportState.CHECKED and not again:
        raise Refused(_("This file has to be checked first."))
    if any(getattr(run, name) != counts.get(name) for name in COUNTED):
        raise Refused(_("The numbers have changed meanwhile; please look at them again."))
    if not run.created and not run.changed:
        raise Refused(_("There is nothing to bring in: no row is new or changed."))
    _queue(run, ImportState.IMPORTING, IMPORT, rows_done=0, error="")


def cancel(run: ImportRun, *, by: User) -> None:
    """Stop it for good; what was being written is taken back, the file goes.

    Raises:
        Refused: not one's own, or over already.
    """
    _check_own(run, by)
    rows = ImportRun.objects.filter(pk=run.pk).exclude(state__in=ENDED)
    if not rows.update(state=ImportState.CANCELLED, finished_at=clock.now()):
        raise Refused(_("This run is over already."))
    sealed.remove(run)
    run.refresh_from_db()


def _check_own(run: ImportRun, by: User) -> None:
    if run.by_id != by.pk:
        raise Refused(_("Only who uploaded a file brings it in."))
    if not places.may_exchange(by):
        raise Refused(_("Registers are brought in by communities and the street's dispatch centre."))


def _queue(run: ImportRun, state: ImportState, task: str, **fields: Any) -> None:
    """Move to `state` and start the task after the commit.

    Raises:
        Refused: another file of this kind is at work, or the run moved meanwhile.
    """
    now = clock.now()
    _bury_silent(run)
    same = ImportRun.objects.filter(pk=run.pk, state=run.state, beat_at=run.beat_at)
    try:
        with transaction.atomic():
            fields |= {"state": state, "started_at": now, "beat_at": now, "finished_at": None}
            if not same.update(**fields):
                raise Refused(_("Somebody started or stopped this run meanwhile."))
            transaction.on_commit(partial(_start, task, run.pk, now.isoformat()))
    except IntegrityError as error:
        told = _("Another file of this kind is being worked on. Wait until it is done; yours is kept.")
        raise Refused(told) from error
    run.refresh_from_db()


def _start(task: str, pk: int, beat: str) -> None:
    """Hand it to a worker; when the broker is away, the run falls silent and says so."""
    try:
        app.send_task(task, args=[pk, beat], retry=False)
    except Exception as error:
        log.error("import %s could not be queued: %s", pk, type(error).__name__)


def _bury_silent(run: ImportRun) -> None:
    """A run of the same kind whose worker died makes room."""
    others = ImportRun.objects.filter(kind=run.kind, state__in=AT_WORK).exclude(pk=run.pk)
    others.filter(beat_at__lt=clock.now() - SILENT).update(
        state=ImportState.FAILED,
        error=_("It stopped on its way; nothing was written."),
        finished_at=clock.now(),
    )


def remove_old_files() -> int:
    """Take away files that nobody brought in within a day; how many. Their runs have to be uploaded anew."""
    old = ImportRun.objects.filter(state__in=MAY_CHECK, uploaded_at__lt=clock.now() - KEPT_FOR)
    count = 0
    for run in old.order_by("pk"):
        sealed.remove(run)
        count += old.filter(pk=run.pk).update(state=ImportState.CANCELLED, finished_at=clock.now())
    return count


# --- what the worker does ----------------------------------------------------------------
def run_check(pk: int, queued_at: str) -> None:
    """Judge every row without writing."""
    _with_hold(pk, ImportState.CHECKING, queued_at, _check)


def run_import(pk: int, queued_at: str) -> None:
    """Write every row in one transaction, if it does exactly what the check said."""
    _with_hold(pk, ImportState.IMPORTING, queued_at, _import)


def _with_hold(pk: int, state: ImportState, queued_at: str, work: Callable[[Hold], None]) -> None:
    try:
        hold = Hold.take(pk, state, queued_at)
    except HoldLost:
        return
    try:
        work(hold)
    except HoldLost:
        log.info("import %s was stopped", pk)
    except (ChangedMeanwhile, IntegrityError):
        _fail(hold, _("The register has changed since the check; nothing was written. Check it again."))
    except Refused as refused:
        _fail(hold, refused.sentence)
    except SoftTimeLimitExceeded:
        _fail(hold, _("It took too long and was stopped; nothing was written. Please split the file."))
    except Exception as error:  # its message may hold what stands in a row: only its kind is told
        log.error("import %s failed: %s", pk, type(error).__name__)
        _fail(hold, _("Something went wrong on our side; nothing was written. Please check the file again."))


def _fail(hold: Hold, sentence: str) -> None:
    try:
        hold.finish(ImportState.FAILED, error=sentence[:200])
    except HoldLost:
        log.info("import %s was stopped", hold.run.pk)


def _check(hold: Hold) -> None:
    importer = _read(hold)
    _settle(importer, hold, write=False)
    report = importer.outcome.report()
    hold.finish(ImportState.CHECKED, report=report, **_numbers(importer))


def _import(hold: Hold) -> None:
    importer = _read(hold)
    expected = {name: getattr(hold.run, name) for name in COUNTED}
    with Beside() as beside, transaction.atomic():
        hold = hold.beside(beside)
        _settle(importer, hold, write=True)
        if importer.outcome.counts != expected:
            raise ChangedMeanwhile
        hold.finish(ImportState.IMPORTED, **_numbers(importer))
    sealed.remove(hold.run)


def _numbers(importer: Importer[Any]) -> dict[str, int]:
    lines = importer.outcome.lines
    return {"rows": lines, "rows_done": lines, **importer.outcome.counts}


def _read(hold: Hold) -> Importer[Any]:
    """Take every row; reading is half of the way, settling the other half."""
    run = hold.run
    importer = IMPORTERS[run.kind](run.by)
    columns = importer.columns
    try:
        file = sealed.get(run.file)
    except FileNotFoundError as error:
        raise Refused(_("The file is gone; files are kept for a day. Please upload it again.")) from error
    sheet = sheets.Sheet(file, needed=columns.needed, known=columns.headings)
    try:
        expected, number = run.rows or sheet.expected, 0
        for number, line in enumerate(sheet, start=1):
            importer.take(line)
            if not number % READ_PER_BEAT:
                hold.beat(rows=max(expected, number), rows_done=number // 2)
        hold.beat(rows=number, rows_done=number // 2)
    finally:
        sheet.close()
    return importer


def _settle(importer: Importer[Any], hold: Hold, *, write: bool) -> None:
    done = 0
    for batch in importer.batches():
        importer.settle(batch, write=write)
        done += len(batch)
        hold.beat(rows_done=(hold.run.rows + done) // 2)
