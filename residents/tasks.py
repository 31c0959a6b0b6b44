"""What the worker does for homes and visits; every task may run twice without harm."""

from celery import shared_task

from residents.services import retention


@shared_task
def retain_nightly() -> int:
    """Every night: make anonymous what is old, remove files that have had their time; visits made so."""
    return retention.run().visits
