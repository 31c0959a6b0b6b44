"""Who comes after all, who came back meanwhile, whose team it is, and two taps at one moment."""

from decimal import Decimal

import pytest

from partybuilding.access import By
from partybuilding.teams.models import Called, Membership
from partybuilding.teams.queries import Area
from partybuilding.teams.services import calling, enrolling
from partybuilding.teams.views import own
from tests.cast import Cast
from tests.partybuilding.teams.scene import call, called, knowing, of_phone, team, volunteer
from wangguan.swap import MovedMeanwhile

pytestmark = pytest.mark.django_db


def test_whoever_cannot_come_after_all_has_no_hours(cast: Cast) -> None:
    volunteer(cast)
    row = call(cast)
    calling.answer(called(row), "now", by=of_phone())
    calling.give_hours(row, {called(row).pk: Decimal(2)}, by=By(cast.community))
    assert knowing().post(f"/together/call/{row.pk}/answer/", {"answer": "cannot"}).status_code == 303
    found = called(row)
    assert (found.answer, found.hours, found.hours_by) == ("cannot", None, None)


def test_whoever_left_and_came_back_is_called_again_and_answers(cast: Cast) -> None:
    before = volunteer(cast)
    row = call(cast)
    enrolling.leave(before, by=of_phone(), note="搬走了")
    back = volunteer(cast)
    calling.widen(row, Area(), batch=1, seen=1, by=By(cast.community))
    page = f"/together/call/{row.pk}/"
    assert knowing().get(page).status_code == 200
    assert knowing().post(f"{page}answer/", {"answer": "now"}).status_code == 303
    answers = dict(Called.objects.values_list("volunteer", "answer"))
    assert answers == {before.pk: "silent", back.pk: "now"}


def test_an_office_puts_nobody_into_a_team_that_it_does_not_keep(cast: Cast) -> None:
    far = team(cast, community=cast.grid_far.community)
    row = volunteer(cast, state="signed_up", wish=far)
    enrolling.confirm(row, by=By(cast.community))
    assert (row.state, Membership.objects.exists()) == ("confirmed", False)
    other = volunteer(cast, "19953760003", state="signed_up", wish=far)
    enrolling.confirm(other, by=By(cast.director))
    assert Membership.objects.get().volunteer == other


def test_of_two_taps_at_once_the_second_is_told(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    volunteer(cast)

    def faster(*_args: object, **_fields: object) -> None:
        raise MovedMeanwhile

    monkeypatch.setattr(own, "swap", faster)
    told = {"skills": ["tidy"], "slots": ["weekend"]}
    assert knowing().post("/together/volunteer/me/able/", told).status_code == 409
