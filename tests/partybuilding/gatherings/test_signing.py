"""Signing up and off, the waiting list, and who is told."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from partybuilding.access import By
from partybuilding.gatherings import keepers, kinds, people
from partybuilding.gatherings.models import Gathering, SignUp
from partybuilding.gatherings.people import Whom
from partybuilding.gatherings.services import making, rows, signing
from partybuilding.gatherings.workflow import TAKING, State
from tests.cast import Cast
from tests.partybuilding.gatherings.scene import (
    NAMES,
    PHONES,
    begun,
    fresh,
    gathering,
    of_phone,
    person,
    signed,
    slowly,
    states,
)
from tests.race import at_once
from wangguan import clock
from wangguan.notify import kinds as kinds_of_message
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
S, W, C = State.SIGNED, State.WAITING, State.CANCELLED


def told(kind: str) -> list[str]:
    return sorted(row.to or row.user.username for row in Message.objects.filter(kind=kind))  # type: ignore[union-attr]


def test_places_first_then_the_waiting_list(cast: Cast) -> None:
    row = gathering(cast, places=2)
    for number in range(4):
        signed(row, number)
    assert states(row) == [S, S, W, W]


def test_without_limit_everybody_has_a_place(cast: Cast) -> None:
    row = gathering(cast, places=None)
    for number in range(4):
        signed(row, number)
    assert states(row) == [S] * 4


def test_twice_is_once(cast: Cast) -> None:
    row = gathering(cast)
    assert signed(row) == signed(row)
    one, same = (signing.sign_up(row, Whom(cast.worker), by=By(cast.worker)) for _ in range(2))
    assert one == same
    assert SignUp.objects.count() == 2


def test_the_first_who_waits_gets_a_free_place_and_hears_of_it(cast: Cast) -> None:
    row = gathering(cast, places=1)
    first, second, _third = (signed(row, number) for number in range(3))
    signing.cancel(first, by=of_phone(0))
    assert states(row) == [C, S, W]
    assert told("gathering_place") == [PHONES[1]]
    context = Message.objects.get(kind="gathering_place").context
    assert (NAMES[1] in str(context), PHONES[1] in str(context)) == (False, False)
    assert fresh(second).state == S


def test_one_of_the_staff_is_told_in_the_portal(cast: Cast) -> None:
    row = gathering(cast, places=1)
    first = signed(row)
    signing.sign_up(row, Whom(cast.worker), by=By(cast.worker))
    signing.cancel(first, by=of_phone(0))
    message = Message.objects.get(kind="gathering_place")
    assert (message.user, message.channel) == (cast.worker, "in_app")
    assert (
        kinds_of_message.get("gathering_place")
        .link(message.context)
        .endswith(f"/worker/gatherings/{row.pk}/")
    )


def test_whoever_waits_leaves_the_list_and_nobody_moves(cast: Cast) -> None:
    row = gathering(cast, places=1)
    signed(row, 0)
    waiting = signed(row, 1)
    signing.cancel(waiting, by=of_phone(1))
    assert states(row) == [S, C]
    assert told("gathering_place") == []


def test_signing_off_twice_is_once(cast: Cast) -> None:
    row = gathering(cast, places=1)
    first = signed(row, 0)
    signed(row, 1)
    signing.cancel(first, by=of_phone(0))
    signing.cancel(first, by=of_phone(0))
    assert states(row) == [C, S]


def test_whoever_comes_back_stands_at_the_end(cast: Cast) -> None:
    row = gathering(cast, places=1)
    first = signed(row, 0)
    signed(row, 1), signed(row, 2)
    signing.cancel(first, by=of_phone(0))
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert signed(row, 0).state == W
    assert states(row) == [S, W, W]
    assert row.sign_ups.order_by("queued_at").last() == first


def test_a_second_promotion_is_told_again(cast: Cast) -> None:
    row = gathering(cast, places=1)
    first, second = signed(row, 0), signed(row, 1)
    signing.cancel(first, by=of_phone(0))
    signed(row, 0)
    signing.cancel(second, by=of_phone(1))
    signed(row, 1)
    signing.cancel(first, by=of_phone(0))
    assert told("gathering_place") == [PHONES[0], PHONES[1], PHONES[1]]


def test_too_late_is_refused(cast: Cast) -> None:
    row = gathering(cast)
    own = signed(row, 0)
    Gathering.objects.filter(pk=row.pk).update(closes_at=clock.now() - timedelta(hours=1))
    with pytest.raises(Refused):
        signing.sign_up(row, person(1), by=of_phone(1))
    begun(row)
    with pytest.raises(Refused):
        signing.cancel(own, by=of_phone(0))
    with clock.at(row.ends_at), pytest.raises(Refused):
        signing.sign_up(row, person(1), by=By(cast.community))


def test_what_was_called_off_takes_nobody(cast: Cast) -> None:
    row = gathering(cast)
    own = signed(row, 0)
    making.call_off(row, why="暴雨", by=By(cast.community))
    for job in (
        partial(signing.sign_up, row, person(1), by=of_phone(1)),
        partial(signing.sign_up, row, person(1), by=By(cast.community)),
        partial(signing.cancel, own, by=of_phone(0)),
    ):
        with pytest.raises(Refused):
            job()


def test_strangers_sign_nobody_up_and_off(cast: Cast) -> None:
    row = gathering(cast)
    own = signed(row, 0)
    names = ("community2", "worker", "dispatcher", "department", "auditor", "section")
    for by in (*(By(getattr(cast, name)) for name in names), of_phone(1), By()):
        with pytest.raises(Refused):
            signing.cancel(own, by=by)
        with pytest.raises(Refused):
            signing.sign_up(row, person(2), by=by)
        with pytest.raises(Refused):
            signing.sign_up(row, Whom(cast.leader), by=by)
    assert states(row) == [S]


def test_the_office_enters_somebody_who_hears_of_it(cast: Cast) -> None:
    row = gathering(cast)
    signing.sign_up(row, person(0), by=By(cast.community))
    assert (states(row), told("gathering_place")) == ([S], [PHONES[0]])
    with pytest.raises(Refused) as refusal:
        signing.sign_up(row, Whom(name=" ", phone=PHONES[1]), by=By(cast.community))
    assert refusal.value.field == "name"


def test_after_the_end_of_signing_up_the_office_still_enters_people(cast: Cast) -> None:
    row = begun(gathering(cast, places=1))
    signing.sign_up(row, person(0), by=By(cast.community))
    assert (states(row), told("gathering_place")) == ([S], [])


def test_a_room_may_keep_a_gathering_to_its_own_people(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", [])
    row = gathering(cast)
    kinds.register_kind("班次", lambda _row: "/x/", admits=lambda by, _row: by == of_phone(0))
    assert signed(row, 0).state == S
    with pytest.raises(Refused):
        signed(row, 1)


def test_a_room_may_name_a_keeper(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keepers, "_questions", [])
    row = gathering(cast)
    keepers.register(lambda by, _row: by == of_phone(4))
    signing.sign_up(row, person(0), by=of_phone(4))
    assert states(row) == [S]


def test_a_phone_is_known_by_name_from_its_last_sign_up(cast: Cast) -> None:
    assert people.of_phone(of_phone(0).phone_hash) is None
    signed(gathering(cast), 0)
    assert people.of_phone(of_phone(0).phone_hash) == person(0)
    assert people.of_phone("") is None


@settings(max_examples=25, deadline=None)
@given(
    places=st.integers(1, 3),
    moves=st.lists(st.tuples(st.booleans(), st.integers(0, 4)), max_size=14),
)
def test_no_place_is_given_twice_and_none_stays_free(places: int, moves: list[tuple[bool, int]]) -> None:
    """Whatever order they sign up and off in: full places, and a list only behind full places."""
    now = clock.now()
    row = Gathering(title="x", place="y", places=places, starts_at=now + timedelta(days=1))
    row.ends_at, row.form_id = now + timedelta(days=2), "00000000-0000-4000-8000-0000000e0001"
    with transaction.atomic():
        row.save()
        for minute, (comes, number) in enumerate(moves):
            with clock.at(now + timedelta(minutes=minute)):
                _move(row, number, comes=comes)
            taken = row.sign_ups.filter(state__in=TAKING).count()
            waiting = row.sign_ups.filter(state=W).count()
            assert taken <= places
            assert not waiting or taken == places
        transaction.set_rollback(True)


def _move(row: Gathering, number: int, *, comes: bool) -> None:
    if comes:
        signing.sign_up(row, person(number), by=of_phone(number))
    elif own := signing.own(row, person(number)):
        signing.cancel(own, by=of_phone(number))


@pytest.mark.django_db(transaction=True)
def test_of_four_at_once_one_gets_the_last_place(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "has_place", slowly(rows.has_place))
    row = gathering(cast, places=2)
    signed(row, 0)
    at_once(*(partial(signing.sign_up, row, person(n), by=of_phone(n)) for n in range(1, 5)))
    assert sorted(states(row)) == sorted([S, S, W, W, W])


@pytest.mark.django_db(transaction=True)
def test_two_places_given_up_at_once_go_to_two(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "step", slowly(rows.step))
    row = gathering(cast, places=2)
    four = [signed(row, number) for number in range(4)]
    at_once(*(partial(signing.cancel, four[n], by=of_phone(n)) for n in range(2)), partial(signed, row, 2))
    assert states(row) == [C, C, S, S]
    assert told("gathering_place") == [PHONES[2], PHONES[3]]
