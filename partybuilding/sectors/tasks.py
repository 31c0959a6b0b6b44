"""What the worker does for emerging sectors; every task may run twice without harm."""

from celery import shared_task

from partybuilding.sectors.services import reminders


@shared_task
def remind_advisers() -> int:
    """Every morning: visits that are due; of how many firms somebody was told."""
    return reminders.remind()
