"""Spans, what they are compared with, and how they are cut."""

from datetime import date

import pytest

from requests_app.statistics.spans import Span, Step

LEAP = date(2024, 2, 29)


def span(first: str, last: str) -> Span:
    return Span(date.fromisoformat(first), date.fromisoformat(last))


def test_named_spans() -> None:
    assert (Span.day(LEAP), Span.week(LEAP), Span.month(LEAP), Span.quarter(LEAP), Span.year(LEAP)) == (
        span("2024-02-29", "2024-02-29"),
        span("2024-02-26", "2024-03-03"),
        span("2024-02-01", "2024-02-29"),
        span("2024-01-01", "2024-03-31"),
        span("2024-01-01", "2024-12-31"),
    )


def test_a_months_before_is_the_month_before() -> None:
    assert Span.month(date(2024, 3, 31)).before() == Span.month(LEAP)
    assert Span.month(date(2024, 1, 1)).before() == Span.month(date(2023, 12, 1))
    assert Span.quarter(date(2024, 2, 1)).before() == span("2023-10-01", "2023-12-31")


def test_other_spans_have_as_many_days_before() -> None:
    assert span("2024-02-25", "2024-03-01").before() == span("2024-02-19", "2024-02-24")


def test_the_year_before_of_a_leap_day_and_month() -> None:
    assert Span.day(LEAP).year_before() == span("2023-02-28", "2023-02-28")
    assert Span.month(LEAP).year_before() == span("2023-02-01", "2023-02-28")
    assert Span.month(date(2025, 2, 1)).year_before() == Span.month(LEAP)


def test_last_days_end_where_told() -> None:
    assert Span.last_days(30, until=date(2024, 3, 1)) == span("2024-02-01", "2024-03-01")


def test_weeks_are_cut_at_the_ends() -> None:
    assert list(span("2023-12-30", "2024-01-10").pieces(Step.WEEK)) == [
        span("2023-12-30", "2023-12-31"),
        span("2024-01-01", "2024-01-07"),
        span("2024-01-08", "2024-01-10"),
    ]


def test_months_follow_the_calendar() -> None:
    assert [len(piece) for piece in span("2024-01-31", "2024-03-01").pieces(Step.MONTH)] == [1, 29, 1]


def test_a_span_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="before the first"):
        span("2024-02-02", "2024-02-01")
