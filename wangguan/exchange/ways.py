"""The way of one file in: uploaded, checked without writing, imported whole or not at all.

    uploaded → checking → checked → importing → imported
                    ↘ failed ↙  (checked again)      cancelled (for good, from everywhere before the end)

One run of a kind is at work at a time (a constraint of its model says so). A run whose worker died is
known by its silence (`hold.SILENT`) and makes room, or is started again; `hold.Hold` keeps the two apart.
"""

import hashlib
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import Any, TypeVar

from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from wangguan import clock
from wangguan.celery import app
from wangguan.exchange import sealed
from wangguan.exchange.hold import SILENT, Hold, HoldLost
from wangguan.exchange.run import AT_WORK, FileRun, ImportState
from wangguan.refusals import Refused

log = logging.getLogger(__name__)
R = TypeVar("R", bound=FileRun)

KEPT_FOR = timedelta(days=1)
"""An uploaded file that was not brought in."""
MAY_CHECK = (ImportState.UPLOADED, ImportState.CHECKED, ImportState.FAILED)
ENDED = (ImportState.IMPORTED, ImportState.CANCELLED)
COUNTED = ("created", "changed", "unchanged", "refused")


class Differs(Exception):
    """A row would do something else than the check said; the transaction has to go."""


# --- what people do ----------------------------------------------------------------------
def keep(run: FileRun, file: UploadedFile) -> None:
    """Store the file with its run, sealed."""
    content = bytes_of(file).getvalue()
    run.file_name = (file.name or "")[-200:]
    run.sha256 = hashlib.sha256(content).hexdigest()
    sealed.put(run.file, content)
    run.save()


def bytes_of(file: UploadedFile) -> BytesIO:
    """What was uploaded, to be read more than once."""
    file.seek(0)
    return BytesIO(file.read())


def imported_before(run: R, same_kind: QuerySet[R]) -> R | None:
    """The last run that brought in this very file."""
    same = same_kind.filter(sha256=run.sha256, state=ImportState.IMPORTED)
    return same.exclude(pk=run.pk).order_by("-pk").first()


def is_silent(run: FileRun) -> bool:
    """At work, and not heard of for so long that its worker must have died."""
    return run.state in AT_WORK and (run.beat_at is None or run.beat_at < clock.now() - SILENT)


def check(run: R, task: str, same_kind: QuerySet[R]) -> None:
    """Have `task` check the file, for the first time or again; nothing is written.

    Raises:
        Refused: it is over, being worked on, or another file of the kind is.
    """
    if run.state not in MAY_CHECK and not is_silent(run):
        raise Refused(_("This file cannot be checked now."))
    fresh = {"rows": 0, "rows_done": 0, "report": {}, "error": "", **dict.fromkeys(COUNTED, 0)}
    _queue(run, ImportState.CHECKING, task, same_kind, fresh)


def bring_in(run: R, task: str, same_kind: QuerySet[R]) -> None:
    """Have `task` import what was checked.

    Raises:
        Refused: it was not checked, or another file of the kind is being worked on.
    """
    again = run.state == ImportState.IMPORTING and is_silent(run)
    if run.state != ImportState.CHECKED and not again:
        raise Refused(_("This file has to be checked first."))
    _queue(run, ImportState.IMPORTING, task, same_kind, {"rows_done": 0, "error": ""})


def check_agreed(run: FileRun, counts: Mapping[str, int | None]) -> None:
    """What somebody saw and agreed to still is what the check found.

    Raises:
        Refused: it is not.
    """
    if run.state == ImportState.CHECKED and any(getattr(run, name) != counts.get(name) for name in COUNTED):
        raise Refused(_("The numbers have changed meanwhile; please look at them again."))


def number(typed: str | None) -> int | None:
    """A count as a form brings it back."""
    return int(typed) if typed and typed.isdecimal() and len(typed) < 10 else None


def cancel(run: FileRun) -> None:
    """Stop it for good; what was being written is taken back, the file goes.

    Raises:
        Refused: it is over already.
    """
    rows = type(run)._default_manager.filter(pk=run.pk).exclude(state__in=ENDED)
    if not rows.update(state=ImportState.CANCELLED, finished_at=clock.now()):
        raise Refused(_("This run is over already."))
    sealed.remove(run)
    run.refresh_from_db()


def _queue(run: R, state: ImportState, task: str, same_kind: QuerySet[R], fields: dict[str, Any]) -> None:
    """Move to `state` and start the task after the commit.

    Raises:
        Refused: another file of this kind is at work, or the run moved meanwhile.
    """
    now = clock.now()
    _bury_silent(same_kind.exclude(pk=run.pk))
    same = type(run)._default_manager.filter(pk=run.pk, state=run.state, beat_at=run.beat_at)
    try:
        with transaction.atomic():
            fields |= {"state": state, "started_at": now, "beat_at": now, "finished_at": None}
            if not same.update(**fields):
                raise Refused(_("Somebody started or stopped this run meanwhile."))
            transaction.on_commit(partial(start, task, run.pk, now.isoformat()))
    except IntegrityError as error:
        told = _("Another file of this kind is being worked on. Wait until it is done; yours is kept.")
        raise Refused(told) from error
    run.refresh_from_db()


def start(task: str, pk: int, beat: str) -> None:
    """Hand it to a worker; when the broker is away, the run falls silent and says so."""
    try:
        app.send_task(task, args=[pk, beat], retry=False)
    except Exception as error:
        log.error("import %s could not be queued: %s", pk, type(error).__name__)


def _bury_silent(others: QuerySet[R]) -> None:
    """A run of the same kind whose worker died makes room."""
    others.filter(state__in=AT_WORK, beat_at__lt=clock.now() - SILENT).update(
        state=ImportState.FAILED,
        error=_("It stopped on its way; nothing was written."),
        finished_at=clock.now(),
    )


def remove_old_files(model: type[FileRun]) -> int:
    """Take away files that nobody brought in within a day; how many. Their runs have to be uploaded anew."""
    rows = model._default_manager
    old = rows.filter(state__in=MAY_CHECK, uploaded_at__lt=clock.now() - KEPT_FOR)
    count = 0
    for run in old.order_by("pk"):
        sealed.remove(run)
        count += old.filter(pk=run.pk).update(state=ImportState.CANCELLED, finished_at=clock.now())
    return count


# --- what the worker does ----------------------------------------------------------------
def with_hold(
    model: type[R], pk: int, state: ImportState, queued_at: str, work: Callable[[Hold[R]], None]
) -> None:
    """Do the work of a queued run, unless it was stopped; whatever goes wrong is told on the run."""
    try:
        hold = Hold.take(model, pk, state, queued_at)
    except HoldLost:
        return
    try:
        work(hold)
    except HoldLost:
        log.info("import %s was stopped", pk)
    except (Differs, IntegrityError):
        _fail(hold, _("The register has changed since the check; nothing was written. Check it again."))
    except Refused as refused:
        _fail(hold, refused.sentence)
    except SoftTimeLimitExceeded:
        _fail(hold, _("It took too long and was stopped; nothing was written. Please split the file."))
    except Exception as error:  # its message may hold what stands in a row: only its kind is told
        log.error("import %s failed: %s", pk, type(error).__name__)
        _fail(hold, _("Something went wrong on our side; nothing was written. Please check the file again."))


def content(run: FileRun) -> BytesIO:
    """The file of a run.

    Raises:
        Refused: it was taken away.
    """
    try:
        return sealed.get(run.file)
    except FileNotFoundError as error:
        raise Refused(_("The file is gone; files are kept for a day. Please upload it again.")) from error


def _fail(hold: Hold[R], sentence: str) -> None:
    try:
        hold.finish(ImportState.FAILED, error=sentence[:200])
    except HoldLost:
        log.info("import %s was stopped", hold.run.pk)
