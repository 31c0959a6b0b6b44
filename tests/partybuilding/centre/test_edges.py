"""Years and days at the end of what there is."""


import pytest

from tests.cast import Cast
from tests.partybuilding.centre.scene import as_, make_centre

pytestmark = pytest.mark.django_db


def test_a_year_that_is_none_is_this_one(cast: Cast) -> None:
    centre = make_centre(cast)
    for year in ("0020201", "2026" + "0" * 30, "1999", "x", "-1"):
        page = as_(cast.community).get(f"/admin/party/centre/{centre.pk}/used/?year={year}")
        assert (year, page.status_code) == (year, 200)
