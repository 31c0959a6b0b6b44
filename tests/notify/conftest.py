"""Kinds of message of the tests' own, and a noon at which to send them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from grids.models import User
from tests.factories import make_user
from tests.standins.fixtures import impatient, mail_server, sms_gateway, wecom_robots
from wangguan import clock
from wangguan.notify import kinds, outbox
from wangguan.notify.kinds import Kind
from wangguan.notify.models import Message
from wangguan.notify.outbox import Draft

__all__ = ["impatient", "mail_server", "sms_gateway", "wecom_robots"]

# 12:00:30 in Shanghai.
NOON = datetime(2026, 11, 23, 4, 0, 30, tzinfo=UTC)


@pytest.fixture
def hooked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Hook and key, for each hook that ran for a message of the kinds `answer` and `reminder`."""
    calls: list[tuple[str, str]] = []

    def note(hook: str) -> kinds.Hook:
        return lambda message: calls.append((hook, message.key))

    hooks: dict[str, Any] = {name: note(name) for name in ("on_delivered", "on_failed", "on_unknown")}
    common = {"path": "/t/%(token)s/", "sms_template": "ANSWER", "sms_params": ("number", "link"), **hooks}
    answer = Kind("answer", "Answered", "%(number)s was answered.", **common)
    reminder = Kind("reminder", "Due soon", "%(number)s is due.", routine=True, **common)
    news = Kind("news", "News", "%(number)s", markdown="> %(number)s\n[look](%(link)s)", **common)
    monkeypatch.setattr(
        kinds, "_kinds", {**kinds._kinds, "answer": answer, "reminder": reminder, "news": news}
    )
    return calls


@pytest.fixture
def noon() -> Iterator[datetime]:
    with clock.at(NOON):
        yield NOON


@pytest.fixture
def user() -> User:
    return make_user("li", phone="13800000001", email="li@example.org")


@pytest.fixture
def write(hooked: list[tuple[str, str]]) -> Any:
    """Write one message and read it back: `write("k", channel="sms", to="13800000001")`."""

    def write(key: str = "k", kind: str = "answer", channel: str = "sms", **fields: Any) -> Message:
        if not fields.get("user"):
            fields.setdefault("to", "13800000001")
        fields.setdefault("context", {"number": "WG-1", "token": "secret"})
        outbox.add([Draft(key, kind, channel, **fields)])
        return Message.objects.get(key=key)

    return write
