"""What the worker does for interfaces."""

from celery import shared_task

from wangguan.interfaces.rest import idempotency


@shared_task
def forget_answers() -> int:
    """Every hour: answers that were kept long enough are removed; how many."""
    return idempotency.forget()
