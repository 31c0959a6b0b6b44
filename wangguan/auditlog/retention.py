"""Closing the head: rows that were kept long enough go, and a sealed row says where the chain begins now."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from wangguan import clock
from wangguan.auditlog.inspection import sealed_checkpoint
from wangguan.auditlog.models import KEPT_AT_LEAST, Checkpoint, Entry


def close_head() -> int:
    """Delete rows older than `settings.AUDITLOG_KEEP_DAYS`, six months at least; how many.

    Whoever calls has found the chain whole: a broken one is left as it is.
    """
    border = clock.now() - timedelta(days=max(settings.AUDITLOG_KEEP_DAYS, KEPT_AT_LEAST))
    old = Entry.objects.filter(at__lt=border).order_by("number").last()
    if old is None:
        return 0
    with transaction.atomic():
        point = Checkpoint(number=old.number, hash=old.hash)
        point.seal = sealed_checkpoint(point)
        point.save()
        gone, _by_model = Entry.objects.filter(number__lte=old.number).delete()
    return gone
