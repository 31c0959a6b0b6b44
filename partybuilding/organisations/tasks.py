"""What the worker does for organisations."""

from celery import shared_task

from partybuilding.organisations import services


@shared_task
def remind_of_terms() -> int:
    """Every morning: terms that end within three months; how many. May run twice."""
    return services.remind_of_terms()
