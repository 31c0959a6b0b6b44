"""What the worker does for meetings; every task may run twice without harm."""

from celery import shared_task

from partybuilding.meetings.services import actions, reminders


@shared_task
def remind_of_actions() -> int:
    """Every morning: actions due soon and late, seats that end; of how many somebody was told."""
    return reminders.remind_soon() + reminders.remind_late() + reminders.remind_of_terms()


@shared_task
def settle_by_tickets() -> int:
    """Every few minutes: actions whose request was answered; how many."""
    return actions.settle_by_tickets()
