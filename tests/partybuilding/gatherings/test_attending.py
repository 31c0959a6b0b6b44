"""The code at the place, attendance by hand, hours."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.contrib.admin.models import LogEntry

from partybuilding.access import By
from partybuilding.gatherings.models import Gathering, SignUp
from partybuilding.gatherings.people import Whom
from partybuilding.gatherings.services import attending, making, rows
from partybuilding.gatherings.workflow import State, Via
from tests.cast import Cast
from tests.partybuilding.gatherings.scene import (
    NAMES,
    begun,
    fresh,
    gathering,
    person,
    put,
    signed,
    slowly,
    states,
)
from tests.race import at_once
from wangguan import clock
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
H = Decimal


def arrive(row: Gathering, number: int = 0, token: str = "") -> SignUp:
    return attending.check_in(row, token=token or row.token, whom=person(number))


def test_whoever_signed_up_scans_and_was_there(cast: Cast) -> None:
    row = gathering(cast)
    signed(row, 0)
    begun(row)
    first, again = arrive(row), arrive(row)
    assert (first.pk, fresh(first).state, first.via) == (again.pk, State.ATTENDED, Via.QR)
    assert (again.attended_at, again.hours) == (fresh(first).attended_at, None)


def test_the_code_is_good_from_an_hour_before_until_an_hour_after(cast: Cast) -> None:
    row = gathering(cast)
    signed(row, 0)
    hour, minute = timedelta(hours=1), timedelta(minutes=1)
    for moment in (row.starts_at - hour - minute, row.ends_at + hour + minute):
        with clock.at(moment), pytest.raises(Refused):
            arrive(row)
    with clock.at(row.ends_at + hour):
        assert arrive(row).state == State.ATTENDED
    early = gathering(cast)
    with clock.at(early.starts_at - hour):
        assert arrive(early).state == State.ATTENDED


def test_an_old_code_lets_nobody_in(cast: Cast) -> None:
    row = begun(gathering(cast))
    old = row.token
    row = making.renew_token(row, by=By(cast.community))
    for token in (old, "", "猜"):
        with pytest.raises(Refused):
            attending.check_in(row, token=token, whom=person())
    assert arrive(row).state == State.ATTENDED


def test_whoever_did_not_sign_up_gets_in_while_there_are_places(cast: Cast) -> None:
    row = begun(gathering(cast, places=2))
    put(row, State.SIGNED, 0)
    assert arrive(row, 1).state == State.ATTENDED
    with pytest.raises(Refused):
        arrive(row, 2)
    attending.mark(fresh(row.sign_ups.get(state=State.SIGNED)), attended=False, by=By(cast.community))
    assert arrive(row, 2).state == State.ATTENDED


def test_those_who_wait_or_signed_off_get_in_only_where_a_place_is_left(cast: Cast) -> None:
    row = begun(gathering(cast, places=2))
    put(row, State.ATTENDED, 0)
    put(row, State.CANCELLED, 1), put(row, State.WAITING, 2)
    assert arrive(row, 1).state == State.ATTENDED
    with pytest.raises(Refused):
        arrive(row, 2)


def test_nobody_gets_in_without_a_name_after_absence_or_when_it_is_off(cast: Cast) -> None:
    row = begun(gathering(cast))
    with pytest.raises(Refused):
        attending.check_in(row, token=row.token, whom=Whom(phone="19953770004"))
    put(row, State.ABSENT, 0)
    with pytest.raises(Refused):
        arrive(row, 0)
    Gathering.objects.filter(pk=row.pk).update(called_off_at=clock.now())
    with pytest.raises(Refused):
        arrive(row, 1)


def test_attendance_is_entered_and_corrected_by_hand(cast: Cast) -> None:
    row = begun(gathering(cast, places=1))
    came, waited = put(row, State.SIGNED, 0), put(row, State.WAITING, 1)
    by = By(cast.community)
    attending.mark(came, attended=False, by=by)
    assert (fresh(came).state, fresh(came).attended_at) == (State.ABSENT, None)
    attending.mark(came, attended=True, hours=H("1.5"), by=by)
    there = fresh(came)
    assert (there.state, there.hours, there.hours_confirmed_by, there.via) == (
        State.ATTENDED,
        H("1.5"),
        cast.community,
        Via.BY_HAND,
    )
    # A fact is a fact, whatever the places were.
    assert attending.mark(waited, attended=True, by=by).state == State.ATTENDED


def test_whoever_was_not_there_after_all_has_no_hours(cast: Cast) -> None:
    row = begun(gathering(cast))
    sign_up = put(row, State.ATTENDED)
    attending.mark(sign_up, attended=True, hours=H(2), by=By(cast.community))
    attending.mark(sign_up, attended=False, by=By(cast.community))
    attending.mark(sign_up, attended=False, by=By(cast.community))
    now = fresh(sign_up)
    assert (now.state, now.hours, now.hours_confirmed_at, now.via) == (State.ABSENT, None, None, "")


def test_hours_given_again_correct_the_first(cast: Cast) -> None:
    sign_up = put(begun(gathering(cast)), State.ATTENDED)
    for hours in (H(2), H("2.5")):
        attending.mark(sign_up, attended=True, hours=hours, by=By(cast.community))
    attending.mark(sign_up, attended=True, by=By(cast.community))
    assert fresh(sign_up).hours == H("2.5")


@pytest.mark.parametrize("hours", [H(0), H("-1"), H("24.1"), H("1.25")])
def test_hours_that_cannot_be_are_refused(cast: Cast, hours: Decimal) -> None:
    row = begun(gathering(cast))
    sign_up = put(row, State.ATTENDED)
    for job in (
        partial(attending.mark, sign_up, attended=True, hours=hours, by=By(cast.community)),
        partial(attending.confirm_hours, row, hours=hours, by=By(cast.community)),
    ):
        with pytest.raises(Refused) as refusal:
            job()
        assert refusal.value.field == "hours"


def test_one_press_gives_hours_to_all_who_have_none(cast: Cast) -> None:
    row = begun(gathering(cast, places=None))
    rows = [put(row, State.ATTENDED, number) for number in range(2)]
    put(row, State.SIGNED, 2)
    attending.mark(rows[0], attended=True, hours=H(1), by=By(cast.community))
    assert attending.confirm_hours(row, hours=H(2), by=By(cast.community)) == 1
    assert attending.confirm_hours(row, hours=H(3), by=By(cast.community)) == 0
    assert [fresh(each).hours for each in rows] == [H(1), H(2)]
    assert row.sign_ups.hours() == H(3)


def test_nothing_is_entered_before_it_began(cast: Cast) -> None:
    row = gathering(cast)
    sign_up = signed(row)
    with pytest.raises(Refused):
        attending.mark(sign_up, attended=True, by=By(cast.community))
    with pytest.raises(Refused):
        attending.confirm_hours(row, hours=H(2), by=By(cast.community))


def test_only_keepers_enter_attendance(cast: Cast) -> None:
    row = begun(gathering(cast))
    sign_up = put(row, State.SIGNED)
    names = ("community2", "worker", "dispatcher", "department", "auditor", "section")
    for by in (*(By(getattr(cast, name)) for name in names), By(phone_hash=sign_up.phone_hash), By()):
        for job in (
            partial(attending.mark, sign_up, attended=True, by=by),
            partial(attending.confirm_hours, row, hours=H(2), by=by),
        ):
            with pytest.raises(Refused):
                job()
    assert states(row) == [State.SIGNED]


def test_what_was_entered_stands_in_the_history_without_a_name(cast: Cast) -> None:
    row = begun(gathering(cast))
    attending.mark(put(row, State.SIGNED), attended=True, hours=H(2), by=By(cast.community))
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (cast.community, str(row.pk))
    assert NAMES[0] not in entry.change_message + entry.object_repr


@pytest.mark.django_db(transaction=True)
def test_of_three_at_the_door_one_gets_the_last_place(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attending, "has_place", slowly(rows.has_place))
    row = begun(gathering(cast, places=1))
    got = at_once(*(partial(arrive, row, number) for number in range(3)))
    assert sum(isinstance(each, Refused) for each in got) == 2
    assert states(row) == [State.ATTENDED]
