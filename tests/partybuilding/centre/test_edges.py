"""Years and days at the end of what there is."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from partybuilding.centre.models import Closure
from partybuilding.centre.queries import ranged
from tests.cast import Cast
from tests.partybuilding.centre.scene import as_, make_centre, make_room

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
