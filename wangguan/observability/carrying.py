"""The request's number goes with the tasks that it starts, and every task leaves one line.

Celery's own lines would quote arguments and results; ours name the task, its id, how it ended and how
long it took.
"""

import logging
from contextlib import AbstractContextManager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from celery.signals import before_task_publish, task_failure, task_postrun, task_prerun, task_retry

from wangguan.observability import ids, logs

logger = logging.getLogger(logs.TASKS)
HEADER = "request_id"


@dataclass
class _Running:
    number: AbstractContextManager[None]
    began: float


_running: dict[str, _Running] = {}


def connect() -> None:
    """Listen to Celery in this process; may be called twice."""
    for signal, receiver in (
        (before_task_publish, _hand_over),
        (task_prerun, _begin),
        (task_failure, _say_failure),
        (task_retry, _say_failure),
        (task_postrun, _end),
    ):
        signal.connect(receiver, dispatch_uid=f"wangguan.observability.{receiver.__name__}", weak=False)


def _hand_over(headers: dict[str, Any] | None = None, **_more: Any) -> None:
    if headers is not None and not headers.get(HEADER):
        headers[HEADER] = ids.current()


def _begin(task_id: str, task: Any, **_more: Any) -> None:
    given = getattr(task.request, HEADER, None) or (task.request.headers or {}).get(HEADER)
    running = _Running(ids.carried(str(given or ids.make())), perf_counter())
    running.number.__enter__()
    _running[task_id] = running


def _say_failure(sender: Any, **told: Any) -> None:
    error = told.get("exception") or told.get("reason")
    exc_info = (type(error), error, error.__traceback__) if isinstance(error, BaseException) else None
    logger.error("task failed", exc_info=exc_info, extra={"task": sender.name})


def _end(task_id: str, task: Any, state: str | None = None, **_more: Any) -> None:
    running = _running.pop(task_id, None)
    if running is None:
        return
    ms = round((perf_counter() - running.began) * 1000, 1)
    outcome = (state or "unknown").lower()
    logger.info("task", extra={"task": task.name, "task_id": task_id, "outcome": outcome, "ms": ms})
    running.number.__exit__(None, None, None)
