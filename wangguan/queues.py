"""Celery's settings, and which task waits in which queue.

A worker takes from `urgent` first, then from `default`, then from `bulk`; what nobody waits for stands
in `bulk`, so that a million of it never delays an answer (decision 0051). A worker serves all three unless
told otherwise; larger installations give each its own: `celery -A wangguan worker -Q urgent`.
"""

from collections.abc import Iterator
from typing import Any

from kombu import Queue
from kombu.utils.scheduling import priority_cycle

from wangguan.embedded import places
from wangguan.schedule import beat

URGENT, DEFAULT, BULK = "urgent", "default", "bulk"
QUEUES = (URGENT, DEFAULT, BULK)
"""In the order in which a worker takes from them."""

ROUTES: dict[str, str] = {
    # Somebody waits: answers, verdicts, codes, urgency A and B, deadlines, alerts.
    "wangguan.notify.tasks.deliver_urgent": URGENT,
    "wangguan.notify.tasks.sweep_urgent": URGENT,
    "wangguan.observability.tasks.look": URGENT,
    "requests_app.tasks.sweep_due": URGENT,
    # Nobody waits: digests, files, reports, figures, what runs at night.
    "wangguan.notify.tasks.deliver_routine": BULK,
    "wangguan.notify.tasks.sweep_routine": BULK,
    "residents.tasks.*": BULK,
    "requests_app.hotline.tasks.*": BULK,
    "requests_app.reports.tasks.*": BULK,
    "requests_app.statistics.tasks.*": BULK,
    "requests_app.supervision.tasks.open_findings": BULK,
    "requests_app.tasks.audit_nightly": BULK,
    "requests_app.tasks.sweep_stash": BULK,
    "partybuilding.*": BULK,
}
"""By task, or by the beginning of its name; every other task waits in `default`."""


class Turns(priority_cycle):
    """The order in which a worker asks its queues, each time anew from the most urgent.

    Kombu's own "priority" means to keep the order in which queues are named, but hands over a set.
    """

    def consume(self, n: int) -> Iterator[str]:
        waiting: list[str] = (self.items or [])[:n]
        yield from sorted(waiting, key=lambda name: QUEUES.index(name) if name in QUEUES else len(QUEUES))


def celery(redis_url: str, *, sweep_seconds: int) -> dict[str, Any]:
    """Celery's settings as Django holds them; `sweep_seconds` is how often deadlines are looked at."""
    return {
        "CELERY_BROKER_URL": places.celery_url(redis_url),
        "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
        "CELERY_BROKER_TRANSPORT_OPTIONS": {
            "visibility_timeout": 120,
            "unacked_restore_interval": 2,
            "unacked_restore_throttle": 1,
            # A page never hangs on a broker that is away: the sweep finds what the nudge lost.
            "socket_connect_timeout": 2,
            "socket_timeout": 10,
            "queue_order_strategy": "wangguan.queues:Turns",
        },
        "CELERY_TASK_QUEUES": [Queue(name) for name in QUEUES],
        "CELERY_TASK_DEFAULT_QUEUE": DEFAULT,
        "CELERY_TASK_ROUTES": {task: {"queue": queue} for task, queue in ROUTES.items()},
        "CELERY_TASK_IGNORE_RESULT": True,
        "CELERY_TASK_ACKS_LATE": True,
        "CELERY_TASK_REJECT_ON_WORKER_LOST": True,
        "CELERY_TASK_TIME_LIMIT": 300,
        "CELERY_TASK_SOFT_TIME_LIMIT": 270,
        "CELERY_TASK_PUBLISH_RETRY": False,
        # Nothing less urgent is held ready while something urgent may come.
        "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
        "CELERY_WORKER_HIJACK_ROOT_LOGGER": False,
        "CELERY_TIMEZONE": "Asia/Shanghai",
        "CELERY_BEAT_SCHEDULE": beat(sweep_seconds),
        "CELERY_BEAT_SCHEDULER": "wangguan.observability.heart:Beating",
    }
