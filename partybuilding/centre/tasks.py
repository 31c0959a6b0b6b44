"""What the worker does for the centres; every task may run twice without harm."""

from celery import shared_task

from partybuilding.centre.services import reminders


@shared_task
def remind_of_rooms() -> int:
    """Every morning: rooms of tomorrow; of how many bookings somebody was told."""
    return reminders.remind()
