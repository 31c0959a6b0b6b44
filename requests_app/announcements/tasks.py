"""What the worker does for announcements."""

from celery import shared_task

from requests_app.announcements import services


@shared_task
def publish_announcements() -> int:
    """Every minute: those whose moment has come go out; how many."""
    return services.publish_due()
