"""What the worker does for the figures; it may run twice, and twice at once, without harm."""

from celery import shared_task

from requests_app.statistics.services import roll


@shared_task
def roll_figures() -> int:
    """Every minute: count again what was touched or fell due; how many matters."""
    return roll()
