"""What the worker does for reports; every task may run twice without harm."""

from celery import shared_task

from requests_app.reports.services import making, sending


@shared_task
def make_reports() -> int:
    """From 7:00 on, every hour: count the day, week and month that ended last, where nobody did; how many."""
    return making.make_due()


@shared_task
def count_report(pk: int, begun: str) -> bool:
    """Count a draft that somebody asked for at the moment `begun`."""
    return making.count(pk, begun)


@shared_task
def send_reports() -> int:
    """Every few minutes, and when somebody sends: mails that wait; how many went out."""
    return sending.deliver_ready()
