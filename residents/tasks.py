"""What the worker does for homes and visits; every task may run twice without harm."""

from celery import shared_task

from residents.models import ImportRun
from residents.services import reminders, retention
from residents.services.exchange import personal, runs
from wangguan.exchange import ways

SOFT, HARD = 25 * 60, 26 * 60
"""Seconds for a file: 50,000 rows on a slow machine take longer than tasks usually may, and longer than the
broker waits before it delivers a task again. The second one finds the run taken and leaves it."""


@shared_task
def retain_nightly() -> int:
    """Every night: make anonymous what is old, remove files that have had their time; visits made so."""
    return retention.run().visits


@shared_task
def remind_of_visits() -> int:
    """Every quarter of an hour: on working days, tell who is due, who is overdue, and the week's figures."""
    return reminders.remind()


# --- files -------------------------------------------------------------------------------
@shared_task(soft_time_limit=SOFT, time_limit=HARD)
def check_file(pk: int, queued_at: str) -> None:
    """Judge a file's rows without writing."""
    runs.run_check(pk, queued_at)


@shared_task(soft_time_limit=SOFT, time_limit=HARD)
def import_file(pk: int, queued_at: str) -> None:
    """Bring a checked file in, whole or not at all."""
    runs.run_import(pk, queued_at)


@shared_task(soft_time_limit=SOFT, time_limit=HARD)
def write_export(pk: int) -> None:
    """Write the file of an approved export."""
    personal.write(pk)


@shared_task
def sweep_files() -> dict[str, int]:
    """Every ten minutes: take away files whose time is over, start again what was lost."""
    return {
        "expired": retention.expire_exports(),
        "restarted": personal.restart_stuck(),
        "removed": ways.remove_old_files(ImportRun),
    }
