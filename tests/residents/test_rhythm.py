"""The rules of visits across a year with its holidays (State Council's notices of 2025 and 2026).

National Day 2025: 1 to 8 October off, Sunday 28 September and Saturday 11 October worked. Spring Festival
2026: 15 to 23 February off, Saturdays 14 and 28 February worked. Nobody has published 2027.
"""

from datetime import date, timedelta

import pytest

from residents import rhythm
from residents.terms import VisitLevel
from wangguan.workdays import WorkingCalendar

CALENDAR = WorkingCalendar()
WEEKLY, MONTHLY = VisitLevel.WEEKLY, VisitLevel.MONTHLY
QUARTERLY, HALF_YEARLY = VisitLevel.QUARTERLY, VisitLevel.HALF_YEARLY
THE_YEAR = [date(2025, 9, 1) + timedelta(days=n) for n in range(400)]
LONGEST_HOLIDAY = timedelta(days=9)


@pytest.mark.parametrize(
    ("level", "last", "due", "why"),
    [
        # a day that is worked is the day
        (WEEKLY, "2025-11-19", "2025-11-26", "the same weekday"),
        (MONTHLY, "2025-11-05", "2025-12-05", "the same day of the next month"),
        (QUARTERLY, "2025-09-02", "2025-12-02", "the same day three months later"),
        (HALF_YEARLY, "2025-12-10", "2026-06-10", "the same day half a year later"),
        # weekends
        (WEEKLY, "2025-11-22", "2025-11-28", "visited on a Saturday: the Friday before"),
        (MONTHLY, "2025-10-31", "2025-11-28", "30 November is a Sunday, and November has no 31st"),
        # make-up days are worked
        (WEEKLY, "2025-09-21", "2025-09-28", "a Sunday that is worked"),
        (WEEKLY, "2025-10-04", "2025-10-11", "a Saturday that is worked"),
        (MONTHLY, "2026-01-31", "2026-02-28", "the last of February, a Saturday that is worked"),
        (QUARTERLY, "2025-11-30", "2026-02-28", "the last of February again"),
        # before a holiday rather than after it
        (WEEKLY, "2025-09-26", "2025-09-30", "3 October: seen before National Day"),
        (MONTHLY, "2025-09-01", "2025-09-30", "1 October: the day before"),
        (HALF_YEARLY, "2025-04-04", "2025-09-30", "4 October: before National Day"),
        (WEEKLY, "2026-02-09", "2026-02-14", "16 February: the worked Saturday before Spring Festival"),
        (MONTHLY, "2026-01-20", "2026-02-14", "20 February: before Spring Festival"),
        (QUARTERLY, "2025-11-17", "2026-02-14", "17 February: before Spring Festival"),
        (HALF_YEARLY, "2025-11-05", "2026-04-30", "5 May: before Labour Day"),
        (WEEKLY, "2025-12-25", "2025-12-31", "New Year's Day: the day before"),
        # seen just now: after the holiday
        (WEEKLY, "2025-09-29", "2025-10-09", "6 October: seen the day before the last working day"),
        (WEEKLY, "2025-09-30", "2025-10-09", "7 October: no working day lies between"),
        (WEEKLY, "2026-02-13", "2026-02-24", "20 February: seen the day before the last working day"),
        (WEEKLY, "2026-02-14", "2026-02-24", "21 February: no working day lies between"),
        (WEEKLY, "2026-02-17", "2026-02-24", "seen in the holiday: the first working day after"),
        # the ends of months and years
        (MONTHLY, "2028-01-31", "2028-02-29", "a leap year"),
        (MONTHLY, "2025-12-15", "2026-01-15", "over the turn of the year"),
        (HALF_YEARLY, "2025-08-31", "2026-02-28", "half a year later there is no 31st"),
        # a year that nobody has published: Monday to Friday
        (WEEKLY, "2026-12-25", "2027-01-01", "New Year's Day of an unpublished year is a Friday like any"),
        (MONTHLY, "2027-01-15", "2027-02-15", "so is Spring Festival"),
        (WEEKLY, "2027-05-01", "2027-05-07", "and a weekend is a weekend"),
    ],
)
def test_the_next_visit(level: VisitLevel, last: str, due: str, why: str) -> None:
    found = rhythm.next_due(level, last=date.fromisoformat(last), calendar=CALENDAR)

    assert found == date.fromisoformat(due), why


@pytest.mark.parametrize("level", VisitLevel)
def test_on_any_day_of_the_year(level: VisitLevel) -> None:
    for last in THE_YEAR:
        due = rhythm.next_due(level, last=last, calendar=CALENDAR)
        wanted = rhythm._later(last, level)
        assert CALENDAR.is_working(due), last
        assert last < due <= wanted + LONGEST_HOLIDAY, last
        assert (due - last) * 2 >= wanted - last, last


@pytest.mark.parametrize("level", VisitLevel)
def test_a_later_visit_is_never_due_earlier(level: VisitLevel) -> None:
    days = [rhythm.next_due(level, last=last, calendar=CALENDAR) for last in THE_YEAR]

    assert days == sorted(days)


def test_every_week_means_fifty_visits_a_year() -> None:
    day, count = date(2025, 9, 1), 0
    while day < date(2026, 9, 1):
        day, count = rhythm.next_due(WEEKLY, last=day, calendar=CALENDAR), count + 1

    assert 50 <= count <= 55


# --- the first visit ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("level", "since", "due"),
    [
        (HALF_YEARLY, "2025-11-03", "2025-12-03"),
        (QUARTERLY, "2025-09-05", "2025-09-30"),
        (MONTHLY, "2026-01-20", "2026-02-14"),
        (WEEKLY, "2025-11-19", "2025-11-26"),
        (WEEKLY, "2025-09-30", "2025-10-09"),
    ],
)
def test_the_first_visit_comes_within_a_month(level: VisitLevel, since: str, due: str) -> None:
    found = rhythm.first_due(level, since=date.fromisoformat(since), calendar=CALENDAR)

    assert found == date.fromisoformat(due)


# --- looking in after an event -----------------------------------------------------------
@pytest.mark.parametrize(
    ("on", "by"),
    [
        ("2025-11-17", "2025-11-20"),
        ("2025-11-20", "2025-11-25"),
        ("2025-11-22", "2025-11-26"),
        ("2025-09-26", "2025-09-30"),
        ("2025-09-29", "2025-10-10"),
        ("2025-10-03", "2025-10-11"),
        ("2026-02-13", "2026-02-25"),
        ("2026-12-31", "2027-01-05"),
    ],
)
def test_somebody_looks_in_within_three_working_days(on: str, by: str) -> None:
    assert rhythm.look_by(date.fromisoformat(on), calendar=CALENDAR) == date.fromisoformat(by)


@pytest.mark.parametrize(
    ("due", "late"),
    [
        ("2025-11-26", "2025-11-27"),
        ("2025-11-28", "2025-12-01"),
        ("2025-09-30", "2025-10-09"),
        ("2025-10-10", "2025-10-11"),
        ("2026-02-14", "2026-02-24"),
    ],
)
def test_late_is_the_first_working_day_after(due: str, late: str) -> None:
    assert rhythm.overdue_since(date.fromisoformat(due), calendar=CALENDAR) == date.fromisoformat(late)


# --- which rhythm ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("levels", "tightest"),
    [
        ([], HALF_YEARLY),
        ([QUARTERLY], QUARTERLY),
        ([HALF_YEARLY, MONTHLY, QUARTERLY], MONTHLY),
        ([MONTHLY, WEEKLY], WEEKLY),
    ],
)
def test_the_tightest_level_counts(levels: list[VisitLevel], tightest: VisitLevel) -> None:
    assert rhythm.tightest(levels) == tightest


def test_an_administrators_word_comes_first() -> None:
    closed = WorkingCalendar(overrides={date(2025, 11, 26): False, date(2025, 11, 29): True})

    assert rhythm.next_due(WEEKLY, last=date(2025, 11, 19), calendar=closed) == date(2025, 11, 25)
    assert rhythm.next_due(WEEKLY, last=date(2025, 11, 22), calendar=closed) == date(2025, 11, 29)


def test_an_imported_year_counts_like_a_notice() -> None:
    days = {date(2027, 1, 1): False, date(2027, 1, 2): False, date(2027, 1, 3): False}
    imported = WorkingCalendar(overrides=days, imported_years=frozenset({2027}))

    assert rhythm.next_due(WEEKLY, last=date(2026, 12, 25), calendar=imported) == date(2026, 12, 31)
