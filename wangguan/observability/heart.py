"""Whether beat beats: it leaves the moment at which it last handed a task to the broker.

Whoever looks must not depend on beat: every worker's watcher does (`wangguan.observability.watcher`), and
`manage.py alerts`, and the rules in deploy/alerts.yml by way of `/metrics`.
"""

import time
from datetime import timedelta
from typing import Any

from celery.beat import PersistentScheduler
from django.core.cache import cache

KEY = "beat:heart"
KEEP_SECONDS = 7 * 24 * 3600
# Not every task of a busy second is worth a word to the cache.
EVERY_SECONDS = 1.0


class Beating(PersistentScheduler):
    """Celery's scheduler, with a pulse. Its errors reach beat's log; they never stop it."""

    _last = 0.0

    def apply_async(self, entry: Any, *args: Any, **options: Any) -> Any:
        result = super().apply_async(entry, *args, **options)
        if time.monotonic() - self._last >= EVERY_SECONDS:
            self._last = time.monotonic()
            beat()
        return result


def beat() -> None:
    """Leave the present moment."""
    cache.set(KEY, time.time(), KEEP_SECONDS)


def age() -> timedelta | None:
    """How long ago beat last started something; None when it never did, or a week ago.

    Raises:
        redis.RedisError: the cache does not answer.
    """
    moment = cache.get(KEY)
    return None if moment is None else timedelta(seconds=max(time.time() - moment, 0.0))
