"""Logs: one JSON object a line on stderr, each with the number of its request, never personal data."""

import logging
from types import TracebackType
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from wangguan.observability import ids

ACCESS = "wangguan.access"
"""One line a request."""
TASKS = "wangguan.tasks"
"""One line a task."""
Failure = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Numbered(logging.Filter):
    """Puts the number of the request or task on every line."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "request_id"):
            record.request_id = ids.current()
        return True


class Pathless(logging.Filter):
    """Lines of Django about a request name its route: a path may hold a resident's secret address."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None and isinstance(record.args, tuple) and len(record.args) == 2:
            record.args = (record.args[0], route_of(request))
        return True


def route_of(request: Any) -> str:
    """The pattern of the address that answers, such as `t/<str:token>/`; never the address itself."""
    match = getattr(request, "resolver_match", None)
    return str(match.route) if match else "unmatched"


class Discreet(JsonFormatter):
    """JSON whose failures say what and where, not with which words: an error's text may quote a resident.

    PostgreSQL, for one, names the values of the row that it refuses.
    """

    def formatException(self, ei: Failure) -> str:  # noqa: N802  (the name that logging gave it)
        return "\n".join(told(ei[1])) if ei[1] else ""

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        super().add_fields(log_data, record, message_dict)
        for name in (
            "request",
            "server_time",
            "data",
        ):  # what Django and Celery attach for their own handlers
            log_data.pop(name, None)


def told(error: BaseException | None) -> list[str]:
    """Types and places of an error and of what caused it, the innermost first; no texts, no values."""
    lines: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        lines[:0] = [type(error).__name__, *_places(error.__traceback__)]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines


def _places(trace: TracebackType | None) -> list[str]:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"  {code.co_filename}:{trace.tb_lineno} in {code.co_name}")
        trace = trace.tb_next
    return places


def logging_config(level: str) -> dict[str, Any]:
    """Django's `LOGGING`; `level` is that of everything not named here."""
    quiet, errors = {"level": "WARNING"}, {"level": "ERROR"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"numbered": {"()": Numbered}, "pathless": {"()": Pathless}},
        "formatters": {
            "json": {"()": Discreet, "format": "{asctime} {levelname} {name} {message}", "style": "{"}
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "json",
                "filters": ["numbered", "pathless"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.request": errors,
            "httpx": quiet,
            "fontTools": quiet,
            "boto3": quiet,
            "botocore": quiet,
            # A task has one line of ours, which quotes neither what it was told nor what went wrong with it.
            "celery.worker.strategy": quiet,
            "celery.app.trace": {"level": "CRITICAL"},
        },
    }
