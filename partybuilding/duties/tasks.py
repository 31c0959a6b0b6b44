"""What the worker does for the duty list; may run twice without harm."""

from celery import shared_task

from partybuilding.duties.services import reminders


@shared_task
def remind_of_duties() -> dict[str, int]:
    """Every morning: what is due within a week, and what is late."""
    return {"soon": reminders.remind_soon(), "late": reminders.remind_late()}
