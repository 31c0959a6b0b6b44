"""What `/metrics` reads at the moment it is asked: the outbox, what is due, the worker, beat, the queues.

Every source reads a partial index or a bounded number of rows, all of them under one statement time-out,
and an answer is good for a few seconds, so that no scraper can wear the database out.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

import redis
from django.conf import settings
from django.db import Error, connection, transaction
from prometheus_client.core import CollectorRegistry, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from wangguan import queues
from wangguan.observability import heart

GOOD_FOR = 5
"""Seconds that one look is good for."""
PATIENCE_MS = 2000
"""What all statements of one look may take each."""
Source = Callable[[], Iterable[Metric]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Let `source` answer `/metrics`; called at start-up. It may ask the database a few bounded questions."""
    if source not in _sources:
        _sources.append(source)
    return source


class Figures(Collector):
    """All that is registered, as prometheus_client collects it."""

    def collect(self) -> Iterator[Metric]:
        yield from _looked(int(time.monotonic() / GOOD_FOR))


@lru_cache(maxsize=1)
def _looked(moment: int) -> tuple[Metric, ...]:
    return (*_from_database(), *_from_broker())


def forget() -> None:
    """Look anew, whenever the last look was."""
    _looked.cache_clear()


def gauge(
    name: str, says: str, value: float | None = None, *, labels: Iterable[str] = ()
) -> GaugeMetricFamily:
    """One figure, or the head of several that `add_metric` fills."""
    return GaugeMetricFamily(
        f"wangguan_{name}", says, value=value, labels=None if value is not None else [*labels]
    )


def _from_database() -> Iterator[Metric]:
    """What the sources say; when the database does not answer in time, only that."""
    found: list[Metric] = []
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                # Of this transaction only: a pooled connection must not keep it.
                cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE_MS}")
            for source in _sources:
                found += source()
    except (Error, OSError):
        found = []
        yield gauge("database_up", "Whether the database answered these questions in time.", 0)
    else:
        yield gauge("database_up", "Whether the database answered these questions in time.", 1)
    yield from found


def _from_broker() -> Iterator[Metric]:
    from wangguan.health import UNREACHABLE, ask_worker  # here: the probes answer `/metrics` too

    up = 1
    try:
        age = heart.age()
        if age is not None:
            says = "Seconds since beat last started a task; missing when it never did."
            yield gauge("beat_age_seconds", says, age.total_seconds())
        yield _queued()
        yield gauge("worker_up", "Whether a worker answers a ping.", _answers(ask_worker))
    except UNREACHABLE:
        up = 0
    yield gauge("broker_up", "Whether the broker answered these questions.", up)


def _answers(ask: Callable[[], None]) -> int:
    try:
        ask()
    except LookupError:
        return 0
    return 1


def _queued() -> Metric:
    depth = gauge("queue_depth", "Tasks that wait in a queue.", labels=["queue"])
    with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as client:
        for name in queues.QUEUES:
            depth.add_metric([name], client.llen(name))
    return depth


@lru_cache(maxsize=1)
def registry() -> CollectorRegistry:
    found = CollectorRegistry(auto_describe=False)
    found.register(Figures())
    return found
