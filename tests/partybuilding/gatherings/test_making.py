"""Announcing, changing and calling off; reminders; what each reader finds."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from partybuilding.access import By
from partybuilding.gatherings.models import Gathering
from partybuilding.gatherings.services import making, signing
from partybuilding.gatherings.services.making import make
from partybuilding.gatherings.tasks import remind_of_gatherings
from partybuilding.gatherings.workflow import State
from tests.cast import Cast
from tests.partybuilding.gatherings.scene import (
    PHONES,
    begun,
    gathering,
    of_phone,
    person,
    put,
    signed,
    states,
)
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
S, W = State.SIGNED, State.WAITING
STRANGERS = ("community2", "worker", "dispatcher", "department", "auditor", "section")


def announced(cast: Cast, by: By, **fields: object) -> Gathering:
    starts = clock.now() + timedelta(days=2)
    given = {
        "community": cast.community_unit,
        "place": "二楼会议室",
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=2),
        "form_id": uuid4(),
    }
    return make("读书会", by=by, **{**given, **fields})  # type: ignore[arg-type]


def told(kind: str) -> list[str]:
    return sorted(row.to for row in Message.objects.filter(kind=kind))


def test_the_office_announces_and_the_same_form_is_one(cast: Cast) -> None:
    form = uuid4()
    one, same = (announced(cast, By(cast.community), form_id=form) for _ in range(2))
    assert (one.pk, one.closes_at, one.made_by) == (same.pk, one.starts_at, cast.community)
    assert len(one.token) >= 20


def test_strangers_announce_nothing(cast: Cast) -> None:
    for by in (*(By(getattr(cast, name)) for name in STRANGERS), of_phone(0), By()):
        with pytest.raises(Refused):
            announced(cast, by)
    with pytest.raises(Refused):
        announced(cast, By(cast.community), community=None)
    assert announced(cast, of_phone(0), is_keeper=True).made_by is None


def test_times_must_follow_each_other(cast: Cast) -> None:
    now = clock.now()
    for fields in ({"ends_at": now}, {"closes_at": now + timedelta(days=3)}):
        with pytest.raises(Refused):
            announced(cast, By(cast.community), **fields)


def test_more_places_go_to_those_who_wait(cast: Cast) -> None:
    row = gathering(cast, places=1)
    for number in range(4):
        signed(row, number)
    making.change(row, by=By(cast.community), places=3)
    assert (states(row), told("gathering_place")) == ([S, S, S, W], [PHONES[1], PHONES[2]])
    making.change(row, by=By(cast.community), places=None)
    assert states(row) == [S] * 4


def test_fewer_places_than_are_taken_are_refused(cast: Cast) -> None:
    row = gathering(cast, places=3)
    signed(row, 0), signed(row, 1)
    with pytest.raises(Refused) as refusal:
        making.change(row, by=By(cast.community), places=1)
    assert refusal.value.field == "places"
    assert making.change(row, by=By(cast.community), places=2).places == 2


def test_another_time_is_told_and_signing_up_ends_with_it(cast: Cast) -> None:
    row = gathering(cast, places=1)
    signed(row, 0), signed(row, 1)
    later = row.starts_at + timedelta(days=1)
    changed = making.change(row, by=By(cast.community), starts_at=later, ends_at=later + timedelta(hours=1))
    assert (changed.closes_at, told("gathering_moved")) == (later, list(PHONES[:2]))
    making.change(changed, by=By(cast.community), title="新题目")
    assert len(told("gathering_moved")) == 2


def test_what_is_over_or_off_is_not_changed(cast: Cast) -> None:
    row = gathering(cast)
    with clock.at(row.ends_at), pytest.raises(Refused):
        making.change(row, by=By(cast.community), title="x")
    making.call_off(row, why="暴雨", by=By(cast.community))
    with pytest.raises(Refused):
        making.change(row, by=By(cast.community), title="x")
    with pytest.raises(TypeError):
        making.change(row, by=By(cast.community), token="x")


def test_calling_off_is_told_once_to_all_who_meant_to_come(cast: Cast) -> None:
    row = gathering(cast, places=1)
    signed(row, 0), signed(row, 1)
    signing.cancel(signed(row, 2), by=of_phone(2))
    for _ in range(2):
        off = making.call_off(row, why="暴雨", by=By(cast.community))
    assert (off.why_off, told("gathering_off")) == ("暴雨", list(PHONES[:2]))


def test_calling_off_wants_words_and_time(cast: Cast) -> None:
    row = gathering(cast)
    with pytest.raises(Refused) as refusal:
        making.call_off(row, why=" ", by=By(cast.community))
    assert refusal.value.field == "why"
    with clock.at(row.ends_at), pytest.raises(Refused):
        making.call_off(row, why="x", by=By(cast.community))


def test_strangers_change_nothing(cast: Cast) -> None:
    row = gathering(cast)
    for by in (*(By(getattr(cast, name)) for name in STRANGERS), of_phone(0), By()):
        for job in (
            partial(making.change, row, by=by, title="x"),
            partial(making.call_off, row, by=by, why="x"),
            partial(making.renew_token, row, by=by),
        ):
            with pytest.raises(Refused):
                job()
    assert Gathering.objects.get().version == 1


def test_those_with_a_place_tomorrow_are_reminded_once(cast: Cast) -> None:
    row = gathering(cast, places=1)
    signed(row, 0), signed(row, 1)
    signed(gathering(cast, starts_at=row.starts_at + timedelta(days=1)), 2)
    with clock.at(row.starts_at - timedelta(days=1)):
        assert (remind_of_gatherings(), remind_of_gatherings()) == (1, 1)
    assert told("gathering_soon") == [PHONES[0]]


def test_what_is_called_off_is_not_reminded_of(cast: Cast) -> None:
    row = gathering(cast)
    signed(row, 0)
    making.call_off(row, why="暴雨", by=By(cast.community))
    with clock.at(row.starts_at - timedelta(days=1)):
        assert remind_of_gatherings() == 0


# --- who finds what --------------------------------------------------------------------------
def test_each_office_sees_its_own(cast: Cast) -> None:
    own, other = gathering(cast), gathering(cast, community=cast.community_unit2)
    street = gathering(cast, community=None)
    seen = {
        name: set(Gathering.objects.visible_to(getattr(cast, name)))
        for name in ("community", "community2", "director", "auditor", "worker", "department")
    }
    every = {own, other, street}
    assert seen == {
        "community": {own},
        "community2": {other},
        "director": every,
        "auditor": every,
        "worker": set(),
        "department": set(),
    }


def test_staff_find_the_streets_and_their_communities(cast: Cast) -> None:
    own, other = gathering(cast), gathering(cast, community=cast.community_unit2)
    street = gathering(cast, community=None)
    open_to = {
        name: set(Gathering.objects.open_to(getattr(cast, name)))
        for name in ("worker", "community2", "department", "director")
    }
    assert open_to == {
        "worker": {own, street},
        "community2": {other, street},
        "department": {street},
        "director": {own, other, street},
    }


def test_ahead_is_what_is_not_over_and_not_off(cast: Cast) -> None:
    row = gathering(cast)
    begun(gathering(cast))
    off = gathering(cast)
    making.call_off(off, why="x", by=By(cast.community))
    with clock.at(clock.now() + timedelta(hours=3)):
        assert list(Gathering.objects.ahead()) == [row]


def test_counts_are_those_of_the_rows(cast: Cast) -> None:
    row = begun(gathering(cast, places=None))
    for number, state in enumerate((S, W, State.ATTENDED, State.ABSENT, State.CANCELLED)):
        put(row, state, number)
    signing.sign_up(row, person(0), by=By(cast.community))
    counted = Gathering.objects.with_counts().get()
    assert (counted.signed, counted.waiting, counted.attended, counted.absent) == (1, 1, 1, 1)
