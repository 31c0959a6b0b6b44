"""Alive, ready and how busy: what a load balancer, an orchestrator, `make demo` and Prometheus ask.

`/healthz` says that this process answers; `/readyz` says what it needs and what is wrong
with it, each named, with 503 as long as something is. Neither says where anything stands. `/metrics`
answers who knows its token (`wangguan.observability.page`).
"""

import time
from collections.abc import Callable
from functools import lru_cache

import psycopg
import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from kombu.exceptions import OperationalError

from wangguan.celery import app
from wangguan.observability import page

Check = Callable[[], None]
# Seconds that one look at the worker is good for, so that a flood of probes is not a flood of pings.
WORKER_SEEN = 2
UNREACHABLE = (psycopg.Error, redis.RedisError, OperationalError, OSError)


class Probes:
    """Middleware that answers the probes before hosts, sessions and redirects come into play."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probes = {"/healthz": alive, "/readyz": ready, "/metrics": page.metrics}
        answer = probes.get(request.path_info, self.get_response)
        return answer(request)


def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers at all."""
    return HttpResponse("ok\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """200 when database, broker and worker answer, else 503; the JSON names each."""
    found = {"database": trouble(ask_database), "broker": trouble(ask_broker)}
    found["worker"] = trouble(ask_worker) if found["broker"] == "ok" else "cannot be asked without the broker"
    is_ready = set(found.values()) == {"ok"}
    return JsonResponse({"ready": is_ready} | found, status=200 if is_ready else 503)


def trouble(check: Check) -> str:
    """“ok”, or what is wrong, without addresses."""
    try:
        check()
    except UNREACHABLE as error:
        return f"does not answer ({type(error).__name__})"
    except LookupError as error:
        return str(error)
    return "ok"


def ask_database() -> None:
    """One statement on a connection of its own, so that a busy pool is not called a dead database."""
    parameters = {"connect_timeout": 2, **connection.get_connection_params()}
    for ours in ("cursor_factory", "context", "pool", "prepare_threshold"):
        parameters.pop(ours, None)
    with psycopg.connect(**parameters, autocommit=True) as own:
        own.execute("SELECT 1")


def ask_broker() -> None:
    """One ping with a short patience."""
    with _broker_client() as client:
        client.ping()


def ask_worker() -> None:
    """A ping that the first worker to answer ends.

    Raises:
        LookupError: no worker answered within a second.
    """
    if not _worker_answers(int(time.monotonic() / WORKER_SEEN)):
        raise LookupError("no worker answers")


def _broker_client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1)


@lru_cache(maxsize=1)
def _worker_answers(moment: int) -> bool:
    return bool(app.control.ping(timeout=1.0, limit=1))
