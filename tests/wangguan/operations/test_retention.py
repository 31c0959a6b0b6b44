"""Which backups stay: 7 days, 4 weeks, 12 months."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from wangguan.operations.retention import to_keep

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = datetime(2026, 11, 27, 2, 15, tzinfo=SHANGHAI)
MOMENTS = st.sets(
    st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    max_size=60,
)


def nightly(nights: int) -> set[datetime]:
    return {TODAY - timedelta(days=night) for night in range(nights)}


def days(kept: set[datetime]) -> list[date]:
    return sorted((moment.date() for moment in kept), reverse=True)


def test_two_years_of_nights_leave_days_weeks_and_months() -> None:
    assert [f"{day:%m-%d}" for day in days(to_keep(nightly(730), zone=SHANGHAI))] == [
        *("11-27", "11-26", "11-25", "11-24", "11-23", "11-22", "11-21"),  # days
        *("11-15", "11-08"),  # Sundays; this week's and the last one's newest are days already
        *("10-31", "09-30", "08-31", "07-31", "06-30", "05-31", "04-30", "03-31", "02-28", "01-31", "12-31"),
    ]


def test_of_one_day_the_last_stays() -> None:
    noon = TODAY.replace(hour=12)
    assert to_keep({TODAY, noon}, zone=SHANGHAI) == {noon}


def test_days_are_those_of_the_house() -> None:
    before, after = datetime(2026, 11, 26, 15, 59, tzinfo=UTC), datetime(2026, 11, 26, 16, 1, tzinfo=UTC)
    assert to_keep({before, after}, zone=SHANGHAI) == {before, after}


def test_after_a_long_pause_the_old_ones_are_still_there() -> None:
    old = {TODAY - timedelta(days=400 + night) for night in range(3)}
    assert to_keep({TODAY, *old}, zone=SHANGHAI) == {TODAY, *old}


@given(MOMENTS)
def test_the_newest_always_stays(moments: set[datetime]) -> None:
    assert not moments or max(moments) in to_keep(moments, zone=SHANGHAI)


@given(MOMENTS)
def test_no_more_than_the_rule_stays(moments: set[datetime]) -> None:
    assert len(to_keep(moments, zone=SHANGHAI)) <= 7 + 4 + 12


@given(MOMENTS)
def test_pruning_again_removes_nothing(moments: set[datetime]) -> None:
    kept = to_keep(moments, zone=SHANGHAI)
    assert to_keep(kept, zone=SHANGHAI) == kept
