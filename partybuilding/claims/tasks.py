"""What the worker does for the three lists; may run twice without harm."""

from celery import shared_task

from partybuilding.claims.services import reminders


@shared_task
def remind_of_claims() -> dict[str, int]:
    """Every morning: milestones ahead and late, and what nobody claims."""
    return {
        "ahead": reminders.remind_ahead(),
        "late": reminders.remind_late(),
        "unclaimed": reminders.remind_unclaimed(),
    }
