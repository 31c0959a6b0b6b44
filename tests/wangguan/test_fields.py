"""Fields that forgive how people write, and those that do not."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from wangguan import clock
from wangguan.fields import YEARS_AHEAD, DayField, MomentField


@pytest.mark.parametrize("typed", ["0001-01-01", "1999-12-31", "9999-12-31"])
def test_a_slip_in_the_year_is_said(typed: str) -> None:
    for field, given in ((DayField(), typed), (MomentField(), f"{typed}T09:00")):
        with pytest.raises(ValidationError) as refused:
            field.clean(given)
        assert refused.value.code == "far"


def test_a_day_of_our_time_is_taken() -> None:
    last = date(timezone.localtime(clock.now()).year + YEARS_AHEAD, 12, 31)

    assert [DayField().clean(f"{day}") for day in (date(2000, 1, 1), last)] == [date(2000, 1, 1), last]
    assert (DayField(required=False).clean(""), MomentField().clean("2026-05-01T09:00").hour) == (None, 9)
