from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from wangguan.notify import hours


@pytest.fixture(autouse=True)
def _window(settings: Settings) -> None:
    settings.REMINDER_WINDOW = ("08:00", "20:00")


def shanghai(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, day, (hour - 8) % 24, minute, second, tzinfo=UTC).replace(
        day=day if hour >= 8 else day - 1
    )


def test_window_lets_noon_pass() -> None:
    assert hours.window(shanghai(23, 12)) == shanghai(23, 12)


def test_window_opens_on_the_dot() -> None:
    assert hours.window(shanghai(23, 8)) == shanghai(23, 8)


def test_window_closes_on_the_dot() -> None:
    assert hours.window(shanghai(23, 20)) == shanghai(24, 8)


def test_window_keeps_the_small_hours_for_the_same_morning() -> None:
    assert hours.window(shanghai(23, 2)) == shanghai(23, 8)


def test_gathering_waits_for_the_full_minute() -> None:
    assert hours.next_gathering(shanghai(23, 12, 0, 30)) == shanghai(23, 12, 1)


def test_gathering_of_the_last_minute_waits_for_the_morning() -> None:
    assert hours.next_gathering(shanghai(23, 19, 59, 30)) == shanghai(24, 8)
