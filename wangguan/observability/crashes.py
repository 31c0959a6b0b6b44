"""Crashes told to a Sentry server, when one is set; nothing personal goes there.

What leaves is the type of the error, where it happened, the route, the number of the request. Not: texts of
errors, values of variables, addresses, headers, cookies, forms, log lines, names. A server of one's own
(GlitchTip and others speak the same protocol) keeps even that in the house.
"""

from typing import Any

import sentry_sdk
from django.conf import settings
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration

from wangguan.observability import ids

KEPT = (
    "event_id", "timestamp", "platform", "level", "logger", "environment", "release", "sdk", "transaction",
    "transaction_info", "type",
)  # fmt: skip
"""Parts of an event that name no person."""
KEPT_OF_FRAME = ("filename", "abs_path", "function", "module", "lineno", "in_app")


def connect() -> None:
    """Start telling, if `SENTRY_DSN` names a server."""
    if settings.SENTRY_DSN:
        sentry_sdk.init(
            dsn=settings.SENTRY_DSN,
            integrations=[DjangoIntegration(), CeleryIntegration()],
            environment="demo" if settings.DEMO else "production",
            send_default_pii=False,
            include_local_variables=False,
            include_source_context=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            auto_session_tracking=False,
            server_name="",
            before_send=scrubbed,
        )


def scrubbed(event: Any, hint: Any) -> Any:
    """The event with what may be told of it and nothing else, whatever a new release may add to events."""
    kept = {name: event[name] for name in KEPT if name in event}
    errors = (event.get("exception") or {}).get("values") or []
    if errors:
        kept["exception"] = {"values": [_error(error) for error in errors]}
    else:
        kept["message"] = (event.get("logentry") or {}).get("message") or ""
    kept["tags"] = {"request_id": ids.current()}
    return kept


def _error(error: dict[str, Any]) -> dict[str, Any]:
    frames = (error.get("stacktrace") or {}).get("frames") or []
    return {
        "type": error.get("type"),
        "module": error.get("module"),
        "mechanism": {"type": "generic", "handled": bool((error.get("mechanism") or {}).get("handled"))},
        "stacktrace": {"frames": [{name: frame.get(name) for name in KEPT_OF_FRAME} for frame in frames]},
    }
