"""What the worker does for repeats; it may run twice without harm."""

from celery import shared_task

from requests_app.repeats.services import grouping


@shared_task
def group_repeats() -> int:
    """Every minute: put what came in to what was told before; how many tickets were looked at."""
    return grouping.group_new()
