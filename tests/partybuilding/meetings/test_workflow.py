"""The tables of steps, what the database keeps, and who sees what."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.db import DatabaseError, transaction

from grids.models import today
from partybuilding.access import By
from partybuilding.meetings.access import Person, meet
from partybuilding.meetings.models import Action, Body, Invitation, Meeting, Seat, Topic
from partybuilding.meetings.services import meetings, tables
from partybuilding.meetings.services.tables import Sitting
from partybuilding.meetings.terms import BodyKind, Side, Source
from partybuilding.meetings.workflow import (
    ACTION,
    MEETING,
    TOPIC,
    ActionState,
    As,
    MeetingState,
    TopicState,
    arrows,
)
from tests.cast import Cast
from tests.partybuilding.meetings import scene
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
HEAD = frozenset({As.KEEPER, As.CHAIR})


def test_every_step_of_every_table_leads_somewhere_else_and_is_somebodys() -> None:
    for states, steps in ((MeetingState, MEETING), (TopicState, TOPIC), (ActionState, ACTION)):
        assert {str(start) for step in steps for start in step.starts} <= set(states.values)
        assert all(step.who and step.to not in step.starts for step in steps)
        assert len({step.name for step in steps}) == len(steps)


def test_who_may_take_which_step() -> None:
    expected = {
        "call": {As.KEEPER},
        "open": HEAD,
        "close": HEAD,
        "call_off": {As.KEEPER},
        "put_on": HEAD,
        "decide": HEAD,
        "put_off": HEAD,
        "drop": HEAD,
        "done": {As.OWNER, As.KEEPER},
        "confirm": HEAD,
        "give_back": HEAD,
    }
    for step, who in product((*MEETING, *TOPIC, *ACTION), As):
        assert step.is_of({who}) == (who in expected[step.name]), (step.name, who)


def test_nobody_checks_what_they_carried_out() -> None:
    for step in ACTION:
        assert step.is_of({As.KEEPER, As.OWNER}) == (step.name == "done")


def test_the_ends_have_no_way_out() -> None:
    started = {start for table in (MEETING, TOPIC, ACTION) for start, _end in arrows(table)}
    ends = {"closed", "called_off", "decided", "dropped", "confirmed"}
    assert not ends & (started - {"on_agenda"})


def test_the_database_knows_no_other_way(cast: Cast) -> None:
    body = scene.table(cast)
    scene.seats(cast, body)
    meeting, row = scene.planned(cast, body), scene.topic(cast, body)
    for rows, wrong in (
        (Meeting.objects.filter(pk=meeting.pk), "closed"),
        (Topic.objects.filter(pk=row.pk), "decided"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(state=wrong)


def test_a_closed_meeting_stays_as_it_is(cast: Cast) -> None:
    body = scene.table(cast)
    branch, _firm, _owners = scene.seats(cast, body)
    meeting = scene.held(cast, body, branch)
    meetings.close(meeting, minutes="记录。", by=scene.keeper(cast))
    with pytest.raises(DatabaseError), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(minutes="别的。")


def test_a_seat_is_somebody_of_the_staff_or_somebody_by_phone(cast: Cast) -> None:
    body = scene.table(cast)
    for sitting in (
        Sitting("branch"),
        Sitting("branch", user=cast.worker, name=scene.NAME, phone=scene.PHONE),
        Sitting("branch", name=scene.NAME),
    ):
        with pytest.raises(Refused):
            tables.seat(body, sitting, by=scene.keeper(cast))
    assert not body.seats.exists()


def test_a_side_sits_only_where_it_belongs() -> None:
    sides = [side for kind in BodyKind for side in kind.parties]
    assert sorted(sides) == sorted(Side)
    assert len(BodyKind.STEWARD.parties) == 6


def test_a_council_has_no_property_company(cast: Cast) -> None:
    body = scene.table(cast, "council", name="联席会")
    with pytest.raises(Refused) as refusal:
        tables.seat(
            body, Sitting("property", "安居物业", name=scene.NAME, phone=scene.PHONE), by=scene.keeper(cast)
        )
    assert refusal.value.field == "side"


def test_a_table_of_the_same_name_is_refused(cast: Cast) -> None:
    scene.table(cast)
    with pytest.raises(Refused):
        scene.table(cast)
    assert Body.objects.count() == 1


def test_topics_come_fifteen_days_ahead_for_a_council_and_three_elsewhere(cast: Cast) -> None:
    assert scene.table(cast, "council").ahead_days == 15
    assert scene.table(cast, "party").ahead_days == 3


def test_tables_are_set_up_by_their_own_office(cast: Cast) -> None:
    for user in (
        cast.community2,
        cast.worker,
        cast.leader,
        cast.dispatcher,
        cast.section,
        cast.department,
        cast.auditor,
    ):
        with pytest.raises(Refused):
            scene.table(cast, by=By(user))
    with pytest.raises(Refused):
        scene.table(cast, community=None)
    scene.table(cast, community=None, by=By(cast.director))


def test_who_sees_a_table(cast: Cast) -> None:
    body = scene.table(cast)
    scene.seats(cast, body)
    seen = {
        cast.community: 1,
        cast.director: 1,
        cast.auditor: 1,
        cast.community2: 0,
        cast.worker: 0,
        cast.department: 0,
    }
    for user, count in seen.items():
        assert Body.objects.visible_to(user).count() == count, user


def test_as_what_somebody_meets_the_table(cast: Cast) -> None:
    body = scene.table(cast)
    branch, _firm, _owners = scene.seats(cast, body)
    meeting = scene.planned(cast, body, chair=branch)
    table = {
        scene.keeper(cast): {As.KEEPER},
        By(cast.worker): {As.MEMBER, As.CHAIR},
        scene.of_phone(): {As.MEMBER},
        scene.of_phone(scene.STRANGER): set(),
        By(cast.community2): set(),
        By(cast.leader): set(),
        By(): set(),
    }
    for by, held in table.items():
        assert meet(by, body).at(meeting) == held, by


def test_a_seat_that_is_over_opens_nothing(cast: Cast) -> None:
    body = scene.table(cast)
    _branch, firm, _owners = scene.seats(cast, body)
    Seat.objects.filter(pk=firm.pk).update(
        starts_on=today() - timedelta(days=9), ends_on=today() - timedelta(days=1)
    )
    assert meet(scene.of_phone(), body).is_stranger
    assert not Body.objects.of_person(scene.of_phone()).exists()
    assert Body.objects.of_person(scene.of_phone(scene.OTHER_PHONE)).get() == body


def test_whoever_sits_for_the_unit_today_answers_for_what_it_took_on() -> None:
    def seat(key: int, unit: str = "安居物业", side: str = "property") -> Seat:
        return Seat(pk=key, body_id=1, side=side, unit=unit)

    owed = Action(seat=seat(1), topic=Topic(body_id=1))
    for own, owns in (
        (seat(1), True),
        (seat(2), True),
        (seat(3, "别家物业"), False),
        (seat(4, side="partner"), False),
    ):
        assert Person(By(phone_hash="x"), keeps=False, seats=(own,)).owns(owed) is owns
    resident = Action(seat=seat(5, "", "residents"), topic=Topic(body_id=1))
    assert not Person(By(phone_hash="x"), keeps=False, seats=(seat(6, "", "residents"),)).owns(resident)


def test_an_owners_matter_is_recommended_never_decided() -> None:
    plain, reserved = Topic(title="灯"), Topic(title="充电棚", is_owners_matter=True)
    assert str(plain.outcome_label) != str(reserved.outcome_label)


def test_a_name_or_phone_is_never_shown_in_a_seats_words() -> None:
    seat = Seat(side="property", unit="安居物业", name=scene.NAME, phone=scene.PHONE)
    assert str(seat) == "安居物业"
    assert scene.NAME not in seat.who
    assert scene.NAME not in str(Invitation(seat=seat))


def test_one_offer_lies_on_a_table_once(cast: Cast) -> None:
    body = scene.table(cast)
    scene.topic(cast, body, offer="claim:7", source=Source.CLAIM)
    with pytest.raises(Refused):
        scene.topic(cast, body, offer="claim:7", source=Source.CLAIM)
    assert body.topics.count() == 1


def test_terms_that_end_and_nobody_follows(cast: Cast) -> None:
    body, day = scene.table(cast), date(2026, 11, 27)
    soon = day + timedelta(days=60)

    def until(last: date, unit: str, phone: str) -> Seat:
        first = last - timedelta(days=300)
        sitting = Sitting("partner", unit, name="甲", phone=phone, starts_on=first, ends_on=last)
        return tables.seat(body, sitting, by=scene.keeper(cast))

    followed, alone = until(soon, "共建医院", scene.PHONE), until(soon, "共建银行", scene.PHONE)
    until(soon + timedelta(days=400), "共建医院", scene.OTHER_PHONE)
    assert list(Seat.objects.ending(day)) == [alone]
    assert followed.is_standing(soon)
    assert not followed.is_standing(soon + timedelta(days=1))
