"""A call-out: whom it reaches, answers, standing down, widening, ending; many at once."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partybuilding.access import By
from partybuilding.teams.models import Called, CallOut, Volunteer
from partybuilding.teams.queries import Area
from partybuilding.teams.services import calling
from partybuilding.teams.terms import Answer
from partybuilding.teams.workflow import Stage, State
from tests.cast import Cast
from tests.partybuilding.teams.scene import (
    NAME,
    OTHER_PHONE,
    PHONE,
    TASK,
    area,
    call,
    called,
    many,
    of_phone,
    team,
    volunteer,
)
from tests.race import at_once
from wangguan.notify.models import Message
from wangguan.refusals import Refused
from wangguan.swap import MovedMeanwhile

pytestmark = pytest.mark.django_db
OUT, STAY, THANKS = "teams_called", "teams_stood_down", "teams_thanked"


def told(kind: str, state: str = "queued") -> list[str]:
    """Phones that a message of this kind goes to."""
    return sorted(row.to for row in Message.objects.filter(kind=kind, state=state))


# --- whom it reaches -------------------------------------------------------------------------
def test_an_area_reaches_by_community_grid_and_team_each_once(cast: Cast) -> None:
    here = volunteer(cast)
    in_grid = volunteer(cast, "19953760002", community=cast.community_unit2, grid=cast.grid_far)
    in_team = volunteer(cast, "19953760003", community=cast.community_unit2)
    volunteer(cast, "19953760004", community=cast.community_unit2)
    row = team(cast, here, in_team, grids=(cast.grid_beside,))
    reached: list[tuple[dict[str, Any], set[Volunteer]]] = [
        ({"communities": {cast.community_unit.pk}}, {here, in_team}),
        ({"grids": {cast.grid_far.pk}}, {in_grid}),
        ({"grids": {cast.grid_beside.pk}}, {here, in_team}),
        ({"teams": {row.pk}}, {here, in_team}),
        ({}, set()),
    ]
    for given, expected in reached:
        found = Volunteer.objects.in_area(Area(**given))
        assert (set(found), found.count()) == (expected, len(expected)), given


def test_only_confirmed_volunteers_of_teams_that_stand_are_reached(cast: Cast) -> None:
    volunteer(cast, state=State.SIGNED_UP)
    volunteer(cast, "19953760002", state=State.LEFT)
    away = volunteer(cast, "19953760003", community=cast.community_unit2)
    row = team(cast, away)
    assert calling.reach(area(cast)) == 1
    row.memberships.update(until="2099-01-01")
    assert calling.reach(area(cast)) == 0


def test_one_of_the_skills_is_enough_and_none_named_takes_all(cast: Cast) -> None:
    volunteer(cast, skills=["tidy", "law"])
    volunteer(cast, OTHER_PHONE, skills=["driving"])
    found = [
        calling.reach(area(cast, skills=skills)) for skills in ([], ["tidy"], ["driving", "law"], ["care"])
    ]
    assert found == [2, 1, 2, 0]


# --- calling ---------------------------------------------------------------------------------
def test_everybody_is_called_once_at_once_and_nothing_personal_leaves(cast: Cast) -> None:
    volunteer(cast)
    volunteer(cast, OTHER_PHONE)
    form = uuid4()
    assert call(cast, form_id=form) == call(cast, form_id=form)
    messages = list(Message.objects.filter(kind=OUT))
    assert told(OUT) == [PHONE, OTHER_PHONE]
    assert [message.not_before <= message.created_at for message in messages] == [True, True]
    assert NAME not in str([(message.context, message.key, message.topic) for message in messages])
    assert max(len(message.topic) for message in messages) <= 40
    assert LogEntry.objects.filter(user=cast.community).count() == 1


def test_who_may_call_whom(cast: Cast) -> None:
    volunteer(cast)
    far = volunteer(cast, OTHER_PHONE, community=cast.community_unit2)
    row = team(cast, far, name="青龙山队", community=cast.community_unit2)
    beyond: list[dict[str, Any]] = [
        {"communities": {cast.community_unit2.pk}},
        {"grids": {cast.grid_far.pk}},
        {"teams": {row.pk}},
    ]
    for given in beyond:
        with pytest.raises(Refused):
            call(cast, of=Area(**given))
    for name in ("community2", "worker", "leader", "dispatcher", "section", "department", "auditor"):
        with pytest.raises(Refused):
            call(cast, by=getattr(cast, name))
    with pytest.raises(Refused):
        call(cast, community=None)
    everywhere = area(cast, communities={cast.community_unit.pk, cast.community_unit2.pk})
    assert call(cast, of=everywhere, by=cast.director, community=None).called.count() == 2


def test_what_the_preview_said_is_what_is_called(cast: Cast) -> None:
    with pytest.raises(Refused):
        call(cast)
    many(cast, 2)
    with pytest.raises(Refused):
        call(cast, seen=1)
    assert not CallOut.objects.exists()


def queries_of_a_call(cast: Cast) -> tuple[int, CallOut]:
    with CaptureQueriesContext(connection) as queries:
        row = call(cast)
    return len(queries), row


def test_three_hundred_are_called_in_as_many_queries_as_three(cast: Cast) -> None:
    many(cast, 3)
    call(cast)  # what is read once for a person is read
    few, _row = queries_of_a_call(cast)
    further = [
        Volunteer(name=NAME, phone=f"1995376{n}", phone_hash=f"{n:064}", community=cast.community_unit)
        for n in range(2000, 2297)
    ]
    Volunteer.objects.bulk_create(further)
    Volunteer.objects.update(state=State.CONFIRMED)
    lots, row = queries_of_a_call(cast)
    assert (row.called.count(), lots) == (300, few)
    with CaptureQueriesContext(connection) as queries:
        calling.stand_down(row, by=By(cast.community))
    assert len(queries) < 12


# --- answering -------------------------------------------------------------------------------
def test_the_last_word_of_a_volunteer_counts(cast: Cast) -> None:
    volunteer(cast)
    row = call(cast)
    for given in ("now", "now", "cannot", "soon"):
        calling.answer(called(row), given, by=of_phone())
    answered = called(row)
    assert (answered.answer, answered.version, answered.answered_by) == ("soon", 4, None)
    assert row.called.counts() == {"silent": 0, "now": 0, "soon": 1, "cannot": 0}


def test_others_do_not_answer_for_somebody(cast: Cast) -> None:
    volunteer(cast)
    volunteer(cast, OTHER_PHONE)
    row = called(call(cast))
    strangers = [of_phone(OTHER_PHONE), By(), *(By(getattr(cast, name)) for name in ("community2", "worker"))]
    strangers += [By(getattr(cast, name)) for name in ("dispatcher", "auditor", "section", "department")]
    for by in strangers:
        with pytest.raises(Refused):
            calling.answer(row, "now", by=by)
    with pytest.raises(Refused):
        calling.answer(row, "silent", by=of_phone())
    assert called(row.call).answer == Answer.SILENT


def test_the_office_answers_for_somebody_unless_they_did_meanwhile(cast: Cast) -> None:
    volunteer(cast)
    row = called(call(cast))
    calling.answer(row, "now", by=of_phone())
    with pytest.raises(MovedMeanwhile):
        calling.answer(row, "cannot", by=By(cast.community), version=row.version)
    fresh = called(row.call)
    calling.answer(fresh, "cannot", by=By(cast.community), version=fresh.version)
    assert called(row.call).answered_by == cast.community


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_are_counted_each(cast: Cast) -> None:
    volunteer(cast)
    volunteer(cast, OTHER_PHONE)
    row = call(cast)
    mine, theirs = called(row), called(row, OTHER_PHONE)
    found = at_once(
        lambda: calling.answer(mine, "now", by=of_phone()),
        lambda: calling.answer(theirs, "soon", by=of_phone(OTHER_PHONE)),
        lambda: calling.answer(mine, "cannot", by=By(cast.community), version=mine.version),
    )
    assert [type(each).__name__ for each in found[:2]] == ["NoneType"] * 2
    # Whichever of the two came second on the same row: the volunteer's own word stands.
    assert row.called.counts() == {"silent": 0, "now": 1, "soon": 1, "cannot": 0}
    assert type(found[2]).__name__ in ("MovedMeanwhile", "NoneType")


@pytest.mark.django_db(transaction=True)
def test_two_who_press_call_at_once_call_once(cast: Cast) -> None:
    volunteer(cast)
    form = uuid4()
    found = at_once(*[lambda: call(cast, form_id=form)] * 2)
    assert [type(each).__name__ for each in found] == ["CallOut", "CallOut"]
    assert (Called.objects.count(), told(OUT)) == (1, [PHONE])


# --- enough, more, over ----------------------------------------------------------------------
def test_standing_down_tells_those_who_are_silent_and_holds_back_what_waits(cast: Cast) -> None:
    for number in (1, 2, 3, 4):
        volunteer(cast, f"1995376000{number}")
    row = call(cast)
    calling.answer(called(row), "now", by=of_phone())
    calling.answer(called(row, "19953760002"), "cannot", by=of_phone("19953760002"))
    Message.objects.filter(kind=OUT, to__isnull=False).exclude(
        key=f"teams_called:{row.pk}:{called(row, '19953760004').volunteer_id}:sms"
    ).update(state="sent", sent_at=row.made_at)
    assert calling.stand_down(row, by=By(cast.community)) == 1
    assert (told(STAY), told(OUT, "cancelled")) == (["19953760003"], ["19953760004"])
    assert calling.stand_down(row, by=By(cast.community)) == 0


def test_after_standing_down_nobody_more_comes_but_may_say_they_cannot(cast: Cast) -> None:
    volunteer(cast)
    volunteer(cast, OTHER_PHONE)
    row = call(cast)
    calling.answer(called(row), "now", by=of_phone())
    calling.stand_down(row, by=By(cast.community))
    with pytest.raises(Refused):
        calling.answer(called(row, OTHER_PHONE), "now", by=of_phone(OTHER_PHONE))
    calling.answer(called(row), "soon", by=of_phone())
    calling.answer(called(row), "cannot", by=of_phone())
    assert called(row).answer == "cannot"


def test_a_second_round_calls_only_those_not_called_yet(cast: Cast) -> None:
    volunteer(cast, skills=["tidy"])
    volunteer(cast, OTHER_PHONE, skills=["law"])
    far = volunteer(cast, "19953760003", community=cast.community_unit2)
    row = call(cast, of=area(cast, skills=["tidy"]), by=cast.director, community=None)
    calling.stand_down(row, by=By(cast.director))
    more = Area(communities={cast.community_unit2.pk})
    assert calling.widen(row, more, batch=1, seen=2, by=By(cast.director)) == 2
    row.refresh_from_db()
    assert (row.stage, row.batch, row.skills) == (Stage.CALLING, 2, [])
    assert called(row, far.phone).batch == 2
    with pytest.raises(MovedMeanwhile):
        calling.widen(row, more, batch=1, seen=2, by=By(cast.director))
    with pytest.raises(Refused):
        calling.widen(row, more, batch=2, seen=0, by=By(cast.director))


def test_a_community_does_not_widen_beyond_itself(cast: Cast) -> None:
    volunteer(cast)
    volunteer(cast, OTHER_PHONE, community=cast.community_unit2)
    row = call(cast)
    with pytest.raises(Refused):
        calling.widen(row, Area({cast.community_unit2.pk}), batch=1, seen=1, by=By(cast.community))


def test_the_end_thanks_those_who_came_by_day(cast: Cast) -> None:
    volunteer(cast)
    volunteer(cast, OTHER_PHONE)
    row = call(cast)
    calling.answer(called(row), "now", by=of_phone())
    assert [calling.end(row, outcome="扫净主路", by=By(cast.community)) for _tap in range(2)] == [1, 0]
    row.refresh_from_db()
    assert (row.stage, row.outcome, told(THANKS)) == (Stage.ENDED, "扫净主路", [PHONE])
    assert told(OUT, "cancelled") == [OTHER_PHONE]
    for given in ("now", "cannot"):
        with pytest.raises(Refused):
            calling.answer(called(row, OTHER_PHONE), given, by=of_phone(OTHER_PHONE))


def test_hours_are_for_those_who_came_and_count(cast: Cast) -> None:
    person = volunteer(cast)
    volunteer(cast, OTHER_PHONE)
    row = call(cast)
    calling.answer(called(row), "now", by=of_phone())
    keys = [called(row).pk, called(row, OTHER_PHONE).pk]
    given = dict.fromkeys(keys, Decimal("2.5"))
    assert [calling.give_hours(row, given, by=By(cast.community)) for _tap in range(2)] == [1, 0]
    assert person.confirmed_hours() == Decimal("2.5")
    day = TASK.starts_at.date()
    assert person.confirmed_hours(day + timedelta(days=2)) == 0
    with pytest.raises(Refused):
        calling.give_hours(row, given, by=By(cast.community2))
