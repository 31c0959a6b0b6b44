"""What the worker does with the hotline's files; every task may run twice without harm."""

from celery import shared_task

from requests_app.hotline.models import HotlineRun
from requests_app.hotline.services import runs
from wangguan.exchange import ways

SOFT, HARD = 25 * 60, 26 * 60
"""Seconds, as for registers (`residents.tasks`)."""


@shared_task(soft_time_limit=SOFT, time_limit=HARD)
def check_file(pk: int, queued_at: str) -> None:
    """Judge a file's rows without writing."""
    runs.run_check(pk, queued_at)


@shared_task(soft_time_limit=SOFT, time_limit=HARD)
def import_file(pk: int, queued_at: str) -> None:
    """Bring a checked file in, whole or not at all."""
    runs.run_import(pk, queued_at)


@shared_task(soft_time_limit=SOFT, time_limit=HARD)
def undo_import(pk: int, asked_at: str) -> None:
    """Take an untouched import back, whole or not at all."""
    runs.run_undo(pk, asked_at)


@shared_task
def sweep_files() -> int:
    """Every ten minutes: take away files that nobody brought in within a day."""
    return ways.remove_old_files(HotlineRun)
