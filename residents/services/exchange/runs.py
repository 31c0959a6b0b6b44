"""A register's file on its way in (`wangguan.exchange.ways`)."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from grids.models import User
from residents.models import ImportRun
from residents.services.exchange import places
from residents.services.exchange.doors import DoorsImport
from residents.services.exchange.importer import Importer
from residents.services.exchange.people import PeopleImport
from residents.services.exchange.venues import VenuesImport
from residents.services.record import ChangedMeanwhile
from residents.terms import RegisterKind
from wangguan.exchange import sealed, sheets, ways
from wangguan.exchange.beside import Beside
from wangguan.exchange.hold import Hold
from wangguan.exchange.run import ImportState
from wangguan.exchange.ways import COUNTED
from wangguan.refusals import Refused

IMPORTERS: dict[str, type[Importer[Any]]] = {
    RegisterKind.RESIDENTS: PeopleImport,
    RegisterKind.DWELLINGS: DoorsImport,
    RegisterKind.VENUES: VenuesImport,
}
READ_PER_BEAT = 200

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
    run = ImportRun(kind=kind, by=by)
    ways.keep(run, file)
    return run


def imported_before(run: ImportRun) -> ImportRun | None:
    """The last run that brought in this very file."""
    return ways.imported_before(run, _same_kind(run))


def check(run: ImportRun, *, by: User) -> None:
    """Have the file checked, for the first time or again; nothing is written.

    Raises:
        Refused: not one's own, over, being worked on, or another file of the kind is.
    """
    _check_own(run, by)
    ways.check(run, CHECK, _same_kind(run))


def bring_in(run: ImportRun, *, by: User, counts: Mapping[str, int | None]) -> None:
    """Have it imported; `counts` are what the person saw and agreed to.

    Raises:
        Refused: not one's own, not checked, other numbers, nothing to do, or another file is at work.
    """
    _check_own(run, by)
    ways.check_agreed(run, counts)
    if not run.created and not run.changed:
        raise Refused(_("There is nothing to bring in: no row is new or changed."))
    ways.bring_in(run, IMPORT, _same_kind(run))


def cancel(run: ImportRun, *, by: User) -> None:
    """Stop it for good; what was being written is taken back, the file goes.

    Raises:
        Refused: not one's own, or over already.
    """
    _check_own(run, by)
    ways.cancel(run)


def _check_own(run: ImportRun, by: User) -> None:
    if run.by_id != by.pk:
        raise Refused(_("Only who uploaded a file brings it in."))
    if not places.may_exchange(by):
        raise Refused(_("Registers are brought in by communities and the street's dispatch centre."))


def _same_kind(run: ImportRun) -> QuerySet[ImportRun]:
    return ImportRun.objects.filter(kind=run.kind)


# --- what the worker does ----------------------------------------------------------------
def run_check(pk: int, queued_at: str) -> None:
    """Judge every row without writing."""
    ways.with_hold(ImportRun, pk, ImportState.CHECKING, queued_at, _check)


def run_import(pk: int, queued_at: str) -> None:
    """Write every row in one transaction, if it does exactly what the check said."""
    ways.with_hold(ImportRun, pk, ImportState.IMPORTING, queued_at, _import)


def _check(hold: Hold[ImportRun]) -> None:
    importer = _read(hold)
    _settle(importer, hold, write=False)
    hold.finish(ImportState.CHECKED, report=importer.outcome.report(), **importer.outcome.numbers)


def _import(hold: Hold[ImportRun]) -> None:
    importer = _read(hold)
    expected = {name: getattr(hold.run, name) for name in COUNTED}
    try:
        with Beside() as beside, transaction.atomic():
            hold = hold.beside(beside)
            _settle(importer, hold, write=True)
            if importer.outcome.counts != expected:
                raise ways.Differs
            hold.finish(ImportState.IMPORTED, **importer.outcome.numbers)
    except ChangedMeanwhile as error:
        raise ways.Differs from error
    sealed.remove(hold.run)


def _read(hold: Hold[ImportRun]) -> Importer[Any]:
    """Take every row; reading is half of the way, settling the other half."""
    run = hold.run
    importer = IMPORTERS[run.kind](run.by)
    columns = importer.columns
    sheet = sheets.Sheet(ways.content(run), needed=columns.needed, known=columns.headings)
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


def _settle(importer: Importer[Any], hold: Hold[ImportRun], *, write: bool) -> None:
    done = 0
    for batch in importer.batches():
        importer.settle(batch, write=write)
        done += len(batch)
        hold.beat(rows_done=(hold.run.rows + done) // 2)
