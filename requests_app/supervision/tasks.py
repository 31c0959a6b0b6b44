"""What the worker does for supervision; every task may run twice without harm."""

from celery import shared_task

from requests_app.supervision.services import sweep


@shared_task
def sweep_cases() -> dict[str, int]:
    """Every minute: cases for red cards, and reminders of those that wait too long."""
    return {"opened": sweep.open_from_red_cards(), "reminded": sweep.remind()}


@shared_task
def open_findings() -> int:
    """Every night, after the audit: cases for what it found; how many."""
    return sweep.open_from_ledger()
