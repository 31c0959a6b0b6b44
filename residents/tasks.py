"""What the worker does for homes and visits; every task may run twice without harm."""

from celery import shared_task

from residents.services import reminders, retention


@shared_task
def retain_nightly() -> int:
    """Every night: make anonymous what is old, remove files that have had their time; visits made so."""
    return retention.run().visits


@shared_task
def remind_of_visits() -> int:
    """Every quarter of an hour: on working days, tell who is due, who is overdue, and the week's figures."""
    return reminders.remind()
