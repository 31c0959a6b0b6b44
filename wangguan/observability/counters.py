"""What is counted while requests are served, added up over all processes of one web server.

granian serves from several processes. With `PROMETHEUS_MULTIPROC_DIR` set, each keeps its counts in a file
of that folder, and whoever answers `/metrics` adds them up; the folder is emptied when the server starts
(the demo's runner does, a container's tmpfs is empty by itself). Without it a process counts alone.
"""

import os
from functools import lru_cache
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds; a page takes about thirty milliseconds, a person notices a second."""

if os.environ.get(FOLDER):
    Path(os.environ[FOLDER]).mkdir(parents=True, exist_ok=True)

_registry = CollectorRegistry()
_requests = Counter(
    "wangguan_http_requests_total",
    "Requests answered, by method, route and status.",
    ["method", "route", "status"],
    registry=_registry,
)
_seconds = Histogram(
    "wangguan_http_request_duration_seconds",
    "How long answering took, by route.",
    ["route"],
    buckets=BOUNDS,
    registry=_registry,
)


def known_method(method: str | None) -> str:
    """The method, if HTTP knows it: a visitor must not be able to invent labels."""
    return method if method in METHODS else "OTHER"


def count_request(*, method: str, route: str, status: int, seconds: float) -> None:
    _requests.labels(method, route, str(status)).inc()
    _seconds.labels(route).observe(seconds)


@lru_cache(maxsize=1)
def registry() -> CollectorRegistry:
    """Everything counted, of all processes where they share a folder."""
    if not os.environ.get(FOLDER):
        return _registry
    together = CollectorRegistry()
    MultiProcessCollector(together)
    return together
