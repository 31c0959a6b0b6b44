"""Working time around the weekends, holidays and make-up days of 2026 and beyond."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangguan import workdays
from wangguan.workdays import WorkingCalendar, current_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
DAY = timedelta(hours=9)

moments = st.datetimes(
    datetime.fromisoformat("2025-12-01"), datetime.fromisoformat("2027-03-01"), timezones=st.just(SHANGHAI)
)
spans = st.timedeltas(timedelta(0), 40 * DAY)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
def calendar() -> WorkingCalendar:
    return WorkingCalendar()


def test_day_length_is_nine_hours(calendar: WorkingCalendar) -> None:
    assert calendar.day_length == DAY == workdays.day_length()


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-11-23", True),  # Monday
        ("2026-11-22", False),  # Sunday
        ("2026-09-20", True),  # Sunday made up for National Day
        ("2026-10-10", True),  # Saturday made up for National Day
        ("2026-10-01", False),
        ("2026-10-07", False),  # Wednesday, last day of National Day
        ("2026-02-28", True),  # Saturday made up for Spring Festival
        ("2027-10-01", True),  # not published: a Friday is a Friday
        ("2027-01-02", False),
        ("2003-05-01", True),  # before the packaged calendar
    ],
)
def test_working_days_follow_the_notice(calendar: WorkingCalendar, day: str, working: bool) -> None:
    assert calendar.is_working(date.fromisoformat(day)) is working


def test_override_wins_over_notice() -> None:
    calendar = WorkingCalendar({date(2026, 10, 1): True, date(2026, 11, 23): False})

    assert calendar.is_working(date(2026, 10, 1))
    assert not calendar.is_working(date(2026, 11, 23))


def test_imported_year_replaces_the_notice() -> None:
    """What was imported is the whole truth about its year, not a patch on the packaged one."""
    calendar = WorkingCalendar({date(2026, 10, 1): False}, frozenset({2026}))

    assert calendar.is_working(date(2026, 10, 2))


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-11-23 09:00", HOUR, "2026-11-23 10:00"),
        ("2026-11-23 09:00", DAY, "2026-11-24 09:00"),
        ("2026-11-23 08:30", DAY, "2026-11-23 17:30"),
        ("2026-11-23 06:00", HOUR, "2026-11-23 09:30"),  # before opening
        ("2026-11-20 17:30", HOUR, "2026-11-23 09:30"),  # Friday at closing
        ("2026-11-21 12:00", HOUR, "2026-11-23 09:30"),  # Saturday
        ("2026-11-21 12:00", timedelta(0), "2026-11-23 08:30"),
        ("2026-11-20 17:00", HOUR, "2026-11-23 09:00"),
        ("2026-09-30 16:00", DAY, "2026-10-08 16:00"),  # over National Day
        ("2026-10-09 16:00", DAY, "2026-10-10 16:00"),  # into the make-up Saturday
        ("2026-12-31 16:00", DAY, "2027-01-01 16:00"),  # into a year nobody published
        ("2026-11-24 09:00", -HOUR, "2026-11-23 17:00"),
        ("2026-11-21 12:00", -HOUR, "2026-11-20 16:30"),
        ("2026-11-24 08:30", -DAY, "2026-11-23 08:30"),
    ],
)
def test_add_counts_working_time(calendar: WorkingCalendar, start: str, span: timedelta, end: str) -> None:
    assert calendar.add(at(start), span) == at(end)


def test_add_takes_any_time_zone(calendar: WorkingCalendar) -> None:
    monday_nine = datetime.fromisoformat("2026-11-23T01:00:00+00:00")

    assert calendar.add(monday_nine, HOUR) == at("2026-11-23 10:00")


@pytest.mark.parametrize(
    ("start", "end", "span"),
    [
        ("2026-11-23 09:00", "2026-11-24 09:00", DAY),
        ("2026-11-24 09:00", "2026-11-23 09:00", -DAY),
        ("2026-11-21 09:00", "2026-11-22 20:00", timedelta(0)),
        ("2026-11-20 00:00", "2026-11-24 00:00", 2 * DAY),
        ("2026-09-30 08:30", "2026-10-12 08:30", 4 * DAY),  # 30 Sep, 8–10 Oct
        ("2025-12-31 08:30", "2026-01-05 08:30", 2 * DAY),  # 31 Dec and Sunday 4 Jan
        ("2026-12-31 08:30", "2027-01-05 08:30", 3 * DAY),  # 31 Dec, 1 and 4 Jan unpublished
    ],
)
def test_between_counts_working_time(
    calendar: WorkingCalendar, start: str, end: str, span: timedelta
) -> None:
    assert calendar.between(at(start), at(end)) == span


@given(moments, spans)
def test_between_undoes_add(start: datetime, span: timedelta) -> None:
    calendar = WorkingCalendar()

    assert calendar.between(start, calendar.add(start, span)) == span


@given(moments, spans)
def test_between_undoes_looking_back(end: datetime, span: timedelta) -> None:
    calendar = WorkingCalendar()

    assert calendar.between(calendar.add(end, -span), end) == span


@given(moments, spans, spans)
def test_add_in_two_parts_is_add_at_once(start: datetime, first: timedelta, second: timedelta) -> None:
    calendar = WorkingCalendar()
    halfway = calendar.add(start, first)

    assert calendar.between(start, calendar.add(halfway, second)) == first + second


def test_packaged_years_are_published(calendar: WorkingCalendar) -> None:
    assert calendar.published(2026)
    assert not calendar.published(2027)


def test_unpublished_years_names_every_year_crossed(calendar: WorkingCalendar) -> None:
    assert calendar.unpublished_years(at("2026-12-31 16:00"), at("2028-01-03 10:00")) == (2027, 2028)
    assert calendar.unpublished_years(at("2026-11-23 16:00"), at("2026-12-31 23:59")) == ()


def test_unpublished_years_reads_the_local_date(calendar: WorkingCalendar) -> None:
    new_year_here = datetime.fromisoformat("2026-12-31T16:30:00+00:00")

    assert calendar.unpublished_years(new_year_here, new_year_here) == (2027,)


@pytest.fixture
def _own_loader(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the test loads from is not left to the next."""
    monkeypatch.setattr(current_calendar, "_load", WorkingCalendar)
    workdays.forget()
    yield
    workdays.forget()


@pytest.mark.usefixtures("_own_loader")
def test_current_calendar_without_a_loader_is_the_packaged_one() -> None:
    assert current_calendar() == WorkingCalendar()


@pytest.mark.usefixtures("_own_loader")
def test_current_calendar_asks_the_loader_at_once() -> None:
    current_calendar()
    told = WorkingCalendar({date(2027, 1, 1): False}, frozenset({2027}))
    workdays.load_from(lambda: told)

    assert current_calendar() is told


@pytest.mark.usefixtures("_own_loader")
def test_current_calendar_is_refreshed_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    first = current_calendar()
    later = monotonic() + workdays.REFRESH_AFTER + 1
    monkeypatch.setattr("wangguan.kept.monotonic", lambda: later)

    assert current_calendar() is not first
