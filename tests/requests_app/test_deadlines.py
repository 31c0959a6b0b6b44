"""Deadlines, half-times, yellow cards and pauses."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.deadlines import DEFAULT_LIMITS, Limit, due, half, shift_for_pause, yellow, yellow_before
from requests_app.workflow import Urgency
from wangguan.workdays import WorkingCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
CALENDAR = WorkingCalendar()
moments = st.datetimes(
    datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2026-12-01"), timezones=st.just(SHANGHAI)
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_every_urgency_has_limits() -> None:
    assert set(DEFAULT_LIMITS) == set(Urgency.values)


@pytest.mark.parametrize(
    ("urgency", "accept_by", "resolve_by"),
    [
        (Urgency.A, "2026-11-20 22:30", "2026-11-21 00:00"),
        (Urgency.B, "2026-11-21 00:00", "2026-11-21 22:00"),
        (Urgency.C, "2026-11-23 17:30", "2026-11-27 17:30"),
        (Urgency.D, "2026-11-23 17:30", "2026-12-11 17:30"),
    ],
)
def test_limits_of_a_friday_night(urgency: Urgency, accept_by: str, resolve_by: str) -> None:
    friday_night = at("2026-11-20 22:00")
    limits = DEFAULT_LIMITS[urgency]

    assert due(friday_night, limits.accept, CALENDAR) == at(accept_by)
    assert due(friday_night, limits.resolve, CALENDAR) == at(resolve_by)


def test_half_counts_in_the_limits_own_time() -> None:
    friday = at("2026-11-20 16:30")

    assert half(friday, Limit.working_days(1), CALENDAR) == at("2026-11-23 12:00")
    assert half(friday, Limit.minutes(120), CALENDAR) == at("2026-11-20 17:30")


@pytest.mark.parametrize(
    ("limit", "before"),
    [
        (Limit.minutes(120), timedelta(minutes=30)),
        (Limit.minutes(24 * 60), 6 * HOUR),
        (Limit.minutes(10 * 24 * 60), timedelta(days=1)),
        (Limit.working_days(1), timedelta(hours=2, minutes=15)),
        (Limit.working_days(5), 9 * HOUR),
        (Limit.working_days(15), 9 * HOUR),
    ],
)
def test_yellow_is_a_day_or_a_quarter_before(limit: Limit, before: timedelta) -> None:
    assert yellow_before(limit) == before


def test_yellow_card_falls_on_the_working_day_before() -> None:
    assert yellow(at("2026-11-23 10:00"), Limit.working_days(5), CALENDAR) == at("2026-11-20 10:00")


def test_pause_keeps_the_working_time_left() -> None:
    due_at = shift_for_pause(
        at("2026-11-24 10:30"),
        paused_at=at("2026-11-20 16:30"),
        resumed_at=at("2026-12-07 08:30"),
        working=True,
        calendar=CALENDAR,
    )

    assert due_at == at("2026-12-08 11:30")  # 1 h of Friday, all Monday, 2 h of Tuesday


def test_pause_round_the_clock_moves_by_its_length() -> None:
    due_at = shift_for_pause(
        at("2026-11-21 10:00"),
        paused_at=at("2026-11-20 10:00"),
        resumed_at=at("2026-11-22 11:00"),
        working=False,
        calendar=CALENDAR,
    )

    assert due_at == at("2026-11-23 11:00")


def test_pause_leaves_an_overdue_matter_as_late_as_it_was() -> None:
    due_at = shift_for_pause(
        at("2026-11-20 10:00"),
        paused_at=at("2026-11-20 11:00"),
        resumed_at=at("2026-11-22 11:00"),
        working=True,
        calendar=CALENDAR,
    )

    assert due_at == at("2026-11-22 10:00")


@given(moments, st.timedeltas(timedelta(0), timedelta(days=30)), st.timedeltas(HOUR, timedelta(days=30)))
def test_pause_never_shortens_what_is_left(start: datetime, until_pause: timedelta, pause: timedelta) -> None:
    due_at = due(start, DEFAULT_LIMITS["D"].resolve, CALENDAR)
    paused_at = start + until_pause
    moved = shift_for_pause(
        due_at, paused_at=paused_at, resumed_at=paused_at + pause, working=True, calendar=CALENDAR
    )

    if due_at > paused_at:
        assert CALENDAR.between(paused_at + pause, moved) == CALENDAR.between(paused_at, due_at)
    else:
        assert moved - due_at == pause
