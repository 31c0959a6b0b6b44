"""What a Sentry server is told: where it broke, never whose data was at hand."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.plugins.processes import Worker, wait_until
from tests.standins.sentry import SentryServer
from wangguan.celery import app
from wangguan.observability import crashes, ids

NewWorker = Callable[..., Worker]
PHONE = "13800000099"
EVENT: dict[str, Any] = {
    "event_id": "e1",
    "level": "error",
    "transaction": "/t/{token}/",
    "server_name": "host",
    "request": {"url": f"https://portal.example/t/token/?phone={PHONE}", "cookies": {"sessionid": PHONE}},
    "user": {"id": 1, "username": PHONE},
    "extra": {"args": [PHONE]},
    "contexts": {"celery": {"args": [PHONE]}},
    "breadcrumbs": {"values": [{"message": PHONE}]},
    "logentry": {"message": "sent %s", "params": [PHONE], "formatted": f"sent {PHONE}"},
    "exception": {
        "values": [
            {
                "type": "ValueError",
                "value": f"{PHONE} is no number",
                "stacktrace": {
                    "frames": [
                        {"function": "submit", "lineno": 3, "vars": {"phone": PHONE}, "context_line": PHONE}
                    ]
                },
            }
        ]
    },
}


def test_event_keeps_what_broke_and_where() -> None:
    with ids.carried("REQUEST001"):
        event = crashes.scrubbed(EVENT, {})
    (error,) = event["exception"]["values"]
    assert (error["type"], error["stacktrace"]["frames"][0]["function"]) == ("ValueError", "submit")
    assert (event["transaction"], event["tags"]) == ("/t/{token}/", {"request_id": "REQUEST001"})


def test_event_keeps_nothing_of_anybody() -> None:
    assert PHONE not in str(crashes.scrubbed(EVENT, {}))


def test_event_of_a_log_line_keeps_its_pattern_alone() -> None:
    event = crashes.scrubbed({name: EVENT[name] for name in ("event_id", "logentry")}, {})
    assert (event["message"], PHONE in str(event)) == ("sent %s", False)


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_task_that_breaks_is_told_without_what_it_was_told(new_worker: NewWorker) -> None:
    app.control.purge()
    with SentryServer() as server:
        worker = new_worker(SENTRY_DSN=server.dsn)
        with ids.carried("REQUEST001"):
            app.send_task("residents.tasks.write_export", args=[f"{PHONE}x"])
        wait_until(server.events)
        worker.stop()
        (event,) = server.events()
        assert (event["exception"]["values"][-1]["type"], event["tags"]["request_id"]) == (
            "ValueError",
            "REQUEST001",
        )
        assert PHONE not in "".join(server.envelopes)
        assert PHONE not in worker.log.read_text()
