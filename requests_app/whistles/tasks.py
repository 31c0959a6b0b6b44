"""What the worker does for whistles."""

from celery import shared_task

from requests_app.whistles.services import due


@shared_task
def sweep_whistles() -> int:
    """Every minute: departments are reminded and reported; how many were looked at. May run twice."""
    return due.sweep()
