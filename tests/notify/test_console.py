from collections.abc import Callable

import pytest
from pytest_django import Settings

from wangguan.notify import delivery
from wangguan.notify.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _console(settings: Settings) -> None:
    settings.SMS_BACKEND = "console"


def test_the_console_reports_delivery(write: Callable[..., Message], hooked: list[tuple[str, str]]) -> None:
    message = write("k")
    delivery.deliver("k")
    message.refresh_from_db()
    assert (message.delivered_at is not None, hooked) == (True, [("on_delivered", "k")])


def test_the_console_prints_one_line_without_personal_data(
    write: Callable[..., Message], capsys: pytest.CaptureFixture[str]
) -> None:
    write("answer:WG-1", to="13800000001")
    delivery.deliver("answer:WG-1")
    assert capsys.readouterr().out == "SMS ANSWER answer:WG-1 delivered\n"
