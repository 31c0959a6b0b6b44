"""Years and days at the end of what there is, and two who answer one series at one moment."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from partybuilding.access import By
from partybuilding.centre.models import Booking, Closure
from partybuilding.centre.queries import ranged
from partybuilding.centre.services import steps
from tests.cast import Cast
from tests.partybuilding.centre.scene import as_, ask, contact, make_centre, make_room
from tests.partybuilding.gatherings.scene import slowly
from tests.race import at_once
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db


def test_a_year_that_is_none_is_this_one(cast: Cast) -> None:
    centre = make_centre(cast)
    for year in ("0020201", "2026" + "0" * 30, "1999", "x", "-1"):
        page = as_(cast.community).get(f"/admin/party/centre/{centre.pk}/used/?year={year}")
        assert (year, page.status_code) == (year, 200)


def test_a_closure_until_the_last_of_all_days_is_read_by_everybody(cast: Cast) -> None:
    centre = make_centre(cast)
    make_room(centre)
    end = datetime(9999, 12, 31, 23, 59, tzinfo=timezone.get_default_timezone())
    Closure.objects.create(centre=centre, span=ranged((end - timedelta(days=8), end)), why="改造")
    assert as_(cast.auditor).get(f"/together/centre/{centre.pk}/calendar.ics").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_who_answer_different_weeks_of_a_series_at_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact(cast)
    weeks = ask(make_room(make_centre(cast)), weeks=3)
    monkeypatch.setattr(steps, "_beside", slowly(steps._beside))
    by = (By(cast.community), By(cast.community_leader))
    found = at_once(
        lambda: steps.take(weeks[0], "approve", by=by[0]), lambda: steps.take(weeks[1], "approve", by=by[1])
    )
    assert sorted(type(each) is type(None) or isinstance(each, Refused) for each in found) == [True, True]
    assert {row.state for row in Booking.objects.all()} == {"approved"}
