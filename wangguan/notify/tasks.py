"""What workers are asked to do; each may run twice, at once, or not at all.

A nudge and a sweep for each lane: they wait in queues of their own (`wangguan.queues`).
"""

from celery import shared_task

from wangguan.notify import delivery
from wangguan.notify.models import Lane

# Below the soft time limit of a task: what is left over, the sweep takes.
NUDGE_SECONDS = 60.0


@shared_task
def deliver_urgent(keys: list[str]) -> None:
    """Send the messages with these keys, which somebody waits for."""
    delivery.deliver_many(keys, seconds=NUDGE_SECONDS)


@shared_task
def deliver_many(keys: list[str]) -> None:
    """Send the messages with these keys, as far as they are due."""
    delivery.deliver_many(keys, seconds=NUDGE_SECONDS)


@shared_task
def deliver_routine(keys: list[str]) -> None:
    """The same of what may wait."""
    delivery.deliver_many(keys, seconds=NUDGE_SECONDS)


@shared_task
def sweep_urgent() -> None:
    """Find what a lost nudge or a dead worker left behind of what somebody waits for."""
    delivery.sweep(Lane.URGENT)


@shared_task
def sweep_outbox() -> None:
    """The same of what goes as usual, and what has become due of it."""
    delivery.sweep(Lane.USUAL)


@shared_task
def sweep_routine() -> None:
    """The same of digests and reminders."""
    delivery.sweep(Lane.ROUTINE)
