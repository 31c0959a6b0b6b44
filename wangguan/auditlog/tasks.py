"""What beat starts for the audit log."""

from celery import shared_task

from wangguan.auditlog.inspection import inspect
from wangguan.auditlog.retention import close_head

HOUR = 3600


@shared_task(time_limit=HOUR, soft_time_limit=HOUR - 60)
def inspect_nightly() -> bool:
    """Every night: is the chain whole? If so, what was kept long enough goes."""
    is_whole = inspect().is_whole
    if is_whole:
        close_head()
    return is_whole
