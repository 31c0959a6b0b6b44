"""Shifts: opened by the leader, filled by neighbours; hours count once the office confirmed them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from partybuilding.access import By
from partybuilding.gatherings.models import Gathering, SignUp
from partybuilding.gatherings.people import Whom
from partybuilding.gatherings.people import of_phone as whom_of
from partybuilding.gatherings.services import attending, making, signing
from partybuilding.teams.models import Shift
from partybuilding.teams.services import enrolling, keeping, shifts
from tests.cast import Cast
from tests.partybuilding.teams.scene import (
    NAME,
    OTHER_PHONE,
    PHONE,
    activity,
    of_phone,
    shift,
    team,
    volunteer,
)
from tests.race import at_once
from wangguan import clock
from wangguan.privacy import keyed_hash
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
THIRD = "19953760003"


def sign(row: Shift, phone: str) -> SignUp:
    return signing.sign_up(row.gathering, Whom(name=NAME, phone=phone), by=of_phone(phone))


def begun(row: Shift) -> Shift:
    """It began half an hour ago."""
    start = clock.now() - timedelta(minutes=30)
    rows = Gathering.objects.filter(pk=row.gathering_id)
    rows.update(starts_at=start, closes_at=start, ends_at=start + timedelta(hours=2))
    return Shift.objects.select_related("gathering", "activity__team").get(pk=row.pk)


def test_the_leader_and_the_office_open_shifts_once_a_form(cast: Cast) -> None:
    row = activity(team(cast, volunteer(cast)))
    form = uuid4()
    starts = clock.now() + timedelta(days=1)
    told: dict[str, Any] = {
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=2),
        "place": "北门",
        "places": 3,
    }
    for by in (of_phone(), By(cast.community), By(cast.director)):
        shifts.open_shift(row, form_id=form, by=by, **told)
    assert [(each.gathering.title, each.gathering.places) for each in row.shifts.all()] == [(row.title, 3)]
    assert row.shifts.get().gathering.community == cast.community_unit


def test_others_open_none(cast: Cast) -> None:
    leader, other = volunteer(cast), volunteer(cast, OTHER_PHONE)
    led = team(cast, leader, other)
    row = activity(led)
    others = [By(getattr(cast, name)) for name in ("community2", "worker", "dispatcher", "auditor")]
    for by in (*others, of_phone(OTHER_PHONE), By()):
        with pytest.raises(Refused):
            shift(row, by=by)
        with pytest.raises(Refused):
            keeping.begin(led, title="扫雪", words="", kind="tidy", form_id=uuid4(), by=by)
    enrolling.leave(leader, by=of_phone(), note="搬走了")
    led.refresh_from_db()
    row.team = led
    with pytest.raises(Refused):
        shift(row, by=of_phone())


def test_a_volunteers_name_is_known_to_the_room_of_gatherings(cast: Cast) -> None:
    volunteer(cast)
    assert whom_of(keyed_hash(PHONE)) == Whom(name=NAME, phone=PHONE)


def test_whoever_comes_too_late_waits_and_moves_up(cast: Cast) -> None:
    row = shift(activity(team(cast, volunteer(cast))), by=of_phone())
    first, second = sign(row, OTHER_PHONE), sign(row, THIRD)
    counted = Shift.objects.with_taken().get(pk=row.pk)
    assert (second.state, counted.taken, counted.waiting) == ("waiting", 1, 1)
    signing.cancel(first, by=of_phone(OTHER_PHONE))
    assert SignUp.objects.get(pk=second.pk).state == "signed"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_want_the_last_place_of_a_shift_one_gets_it(cast: Cast) -> None:
    row = shift(activity(team(cast, volunteer(cast))), by=of_phone(), places=1)
    found = at_once(lambda: sign(row, OTHER_PHONE), lambda: sign(row, THIRD))
    assert sorted(each.state for each in found) == ["signed", "waiting"]


def test_hours_of_the_leader_count_once_the_office_has_confirmed(cast: Cast) -> None:
    leader, person = volunteer(cast), volunteer(cast, OTHER_PHONE)
    row = shift(activity(team(cast, leader, person)), by=of_phone())
    signed = sign(row, OTHER_PHONE)
    row = begun(row)
    attending.mark(signed, attended=True, hours=Decimal("1.5"), by=of_phone())
    assert (person.confirmed_hours(), shifts.proposed().count()) == (Decimal(0), 1)
    others = [By(getattr(cast, name)) for name in ("community2", "worker", "dispatcher", "auditor")]
    for by in (*others, of_phone()):
        with pytest.raises(Refused):
            shifts.agree(row, by=by)
    assert [shifts.agree(row, by=By(cast.community)) for _tap in range(2)] == [1, 0]
    assert (person.confirmed_hours(), leader.confirmed_hours()) == (Decimal("1.5"), Decimal(0))
    attending.mark(signed, attended=True, hours=Decimal("9"), by=of_phone())
    assert person.confirmed_hours() == 0


def test_somebody_else_does_not_mark_nor_call_off(cast: Cast) -> None:
    volunteer(cast, OTHER_PHONE)
    row = shift(activity(team(cast, volunteer(cast))), by=of_phone())
    signed = sign(row, OTHER_PHONE)
    with pytest.raises(Refused):
        making.call_off(row.gathering, why="下雨", by=of_phone(OTHER_PHONE))
    with pytest.raises(Refused):
        attending.mark(signed, attended=True, by=of_phone(OTHER_PHONE))
    assert making.call_off(row.gathering, why="下雨", by=of_phone()).is_off


def test_hours_elsewhere_are_no_voluntary_hours(cast: Cast) -> None:
    person, by = volunteer(cast), By(cast.community)
    starts = clock.now() - timedelta(hours=2)
    row = making.make(
        "培训",
        community=cast.community_unit,
        place="会议室",
        starts_at=starts,
        ends_at=starts + timedelta(hours=1),
        form_id=uuid4(),
        by=by,
    )
    SignUp.objects.create(gathering=row, name=NAME, phone=PHONE, state="attended", attended_at=starts)
    attending.confirm_hours(row, hours=Decimal(1), by=by)
    assert person.confirmed_hours() == 0
