"""What administrators entered counts wherever working days are counted."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from requests_app.models import CalendarDay, CalendarYear
from wangguan import workdays
from wangguan.workdays import current_calendar

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    workdays.forget()
    yield
    workdays.forget()


def test_current_calendar_reads_what_was_entered() -> None:
    CalendarDay.objects.create(date=date(2027, 1, 1), is_working=False, name="元旦")
    CalendarYear.objects.create(year=2027, source="notice")

    assert not current_calendar().is_working(date(2027, 1, 1))
    assert current_calendar().published(2027)


def test_current_calendar_is_read_once(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        assert current_calendar() is current_calendar()
