"""What the worker does for gatherings; may run twice without harm."""

from celery import shared_task

from partybuilding.gatherings.services import reminding


@shared_task
def remind_of_gatherings() -> int:
    """Every morning: whoever has a place tomorrow."""
    return reminding.remind()
