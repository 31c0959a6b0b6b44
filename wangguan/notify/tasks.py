"""What workers are asked to do; both may run twice, at once, or not at all."""

from celery import shared_task

from wangguan.notify import delivery

# Below the soft time limit of a task: what is left over, the sweep takes.
NUDGE_SECONDS = 60.0


@shared_task
def deliver_many(keys: list[str]) -> None:
    """Send the messages with these keys, as far as they are due."""
    delivery.deliver_many(keys, seconds=NUDGE_SECONDS)


@shared_task
def sweep_outbox() -> None:
    """Find what a lost nudge or a dead worker left behind, and what has become due."""
    delivery.sweep()
