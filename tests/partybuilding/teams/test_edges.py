"""Who comes after all, who came back meanwhile, whose team it is, and two taps at one moment."""

from decimal import Decimal

import pytest

from partybuilding.access import By
from partybuilding.teams.services import calling
from tests.cast import Cast
from tests.partybuilding.teams.scene import call, called, knowing, of_phone, volunteer

pytestmark = pytest.mark.django_db


def test_whoever_cannot_come_after_all_has_no_hours(cast: Cast) -> None:
    volunteer(cast)
    row = call(cast)
    calling.answer(called(row), "now", by=of_phone())
    calling.give_hours(row, {called(row).pk: Decimal(2)}, by=By(cast.community))
    assert knowing().post(f"/together/call/{row.pk}/answer/", {"answer": "cannot"}).status_code == 303
    found = called(row)
    assert (found.answer, found.hours, found.hours_by) == ("cannot", None, None)
