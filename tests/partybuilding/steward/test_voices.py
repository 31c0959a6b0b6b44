"""One household, one voice: given, changed, taken down at the door, closed for good, shown from ten on."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from grids.models import today
from partybuilding.access import By
from partybuilding.meetings.services import topics as table
from partybuilding.steward import results
from partybuilding.steward.messages import OPENED
from partybuilding.steward.models import Appraisal, Backing, Mark, Poll, Stars
from partybuilding.steward.services import closing, topics, voices
from partybuilding.steward.services.voices import Speaker
from partybuilding.steward.terms import Via
from partybuilding.steward.workflow import Asking
from tests.cast import Cast
from tests.partybuilding.steward.scene import (
    ALL_FIVE,
    HOME,
    OPEN_DAY,
    OTHER_HOME,
    SAME_HOME,
    STRANGER,
    carried_out,
    home,
    month,
    of_phone,
    settled,
    spoken,
    steward,
)
from tests.race import at_once
from tests.residents.factories import make_household, make_resident
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.privacy import keyed_hash
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
ALL_TWO = dict.fromkeys(ALL_FIVE, 2)


def test_one_household_has_one_voice_and_may_change_it(cast: Cast) -> None:
    row = steward(cast)
    asked, own = month(row), home(cast)
    make_resident(household=own, phone=SAME_HOME, phone_hash=keyed_hash(SAME_HOME))
    voices.give_marks(asked, voices.speaker(row, of_phone(HOME)), marks=ALL_FIVE)
    voices.give_marks(
        asked, voices.speaker(row, of_phone(SAME_HOME)), marks=ALL_TWO, comment="电梯慢 13900000000"
    )
    mark = Mark.objects.get()
    assert (mark.repairs, mark.comment) == (2, "电梯慢 139****0000")
    assert mark.voice == asked.voice(own.pk)


def test_strangers_and_other_estates_have_no_voice(cast: Cast) -> None:
    row, own = steward(cast), home(cast)
    elsewhere = make_household(grid=cast.grid_far)
    gone = home(cast, OTHER_HOME, left_on=today(), left_how="moved")
    for by, household in (
        (of_phone(STRANGER), None),
        (of_phone(OTHER_HOME), None),
        (By(cast.worker2), own),
        (By(cast.worker), elsewhere),
        (By(cast.dispatcher), own),
        (By(cast.auditor), own),
        (By(cast.worker), None),
    ):
        with pytest.raises(Refused):
            voices.speaker(row, by, household=household)
    assert gone


def test_a_worker_takes_down_what_was_not_given_and_changes_nothing(cast: Cast) -> None:
    row, own = steward(cast), home(cast)
    asked, at_door = month(row), voices.speaker(row, By(cast.worker), household=own)
    voices.give_marks(asked, at_door, marks=ALL_TWO)
    assert (Mark.objects.get().via, Mark.objects.get().taken_by) == ("visit", cast.worker)
    with pytest.raises(Refused):
        voices.give_marks(asked, at_door, marks=ALL_FIVE)
    voices.give_marks(asked, voices.speaker(row, of_phone(HOME)), marks=ALL_FIVE)
    with pytest.raises(Refused):
        voices.give_marks(asked, at_door, marks=ALL_TWO)
    mark = Mark.objects.get()
    assert (mark.safety, mark.via, mark.taken_by) == (5, "phone", None)


@pytest.mark.django_db(transaction=True)
def test_of_two_voices_at_once_one_household_keeps_one(cast: Cast) -> None:
    row, own = steward(cast), home(cast)
    asked = month(row)
    phone, door = Speaker(own, Via.PHONE), Speaker(own, Via.VISIT, cast.worker)
    found = at_once(
        lambda: voices.give_marks(asked, phone, marks=ALL_FIVE),
        lambda: voices.give_marks(asked, door, marks=ALL_TWO),
        lambda: voices.give_marks(asked, phone, marks=ALL_FIVE),
    )
    assert {type(each) for each in found} <= {Mark, Refused}
    mark = Mark.objects.get()
    assert (mark.via, mark.safety) == ("phone", 5)  # the household's own word stands, whoever was first


@pytest.mark.parametrize("marks", [{}, {**ALL_FIVE, "safety": 6}, {**ALL_FIVE, "safety": 0}])
def test_every_question_is_marked_from_one_to_five(cast: Cast, marks: dict[str, int]) -> None:
    row = steward(cast)
    with pytest.raises(Refused):
        voices.give_marks(month(row), Speaker(home(cast), Via.PHONE), marks=marks)


def test_the_database_keeps_marks_between_one_and_five(cast: Cast) -> None:
    asked = month(steward(cast))
    with pytest.raises(DatabaseError), transaction.atomic():
        Mark.objects.create(appraisal=asked, voice="x", via="phone", **{**ALL_FIVE, "greenery": 6})


# --- the clock ---------------------------------------------------------------------------
def test_a_month_opens_on_the_25th_once_and_nobody_but_the_office_is_told(cast: Cast) -> None:
    row = steward(cast)
    home(cast)
    assert closing.open_months(date(2026, 11, 24)) == 0
    assert [closing.open_months(date(2026, 11, day)) for day in (25, 26)] == [1, 0]
    asked = Appraisal.objects.get(steward=row)
    assert (asked.month, asked.closes_on, asked.firm) == (date(2026, 11, 1), date(2026, 11, 30), "安居物业")
    sent = Message.objects.filter(kind=OPENED)
    assert {message.channel for message in sent} == {"in_app"}
    assert not Message.objects.filter(channel="sms", kind__startswith="steward").exists()


def test_closing_destroys_the_way_back_to_a_household(cast: Cast) -> None:
    row, own = steward(cast), home(cast)
    asked = month(row)
    voices.give_marks(asked, voices.speaker(row, By(cast.worker), household=own), marks=ALL_TWO)
    was = asked.voice(own.pk)
    later = asked.closes_on + timedelta(days=1)
    assert [closing.close_over(later), closing.close_over(later)] == [1, 0]
    asked.refresh_from_db()
    mark = Mark.objects.get()
    assert (asked.state, asked.salt, asked.asked, mark.taken_by) == (Asking.CLOSED, "", 1, None)
    assert mark.voice == was != asked.voice(own.pk)
    with pytest.raises(Refused):
        voices.give_marks(asked, Speaker(own, Via.PHONE), marks=ALL_FIVE)


def test_what_is_closed_is_never_opened_nor_salted_again(cast: Cast) -> None:
    asked = month(steward(cast), closes_on=today())
    closing.close_over(today() + timedelta(days=1))
    for columns in ({"state": "open", "salt": "x"}, {"salt": "x"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Appraisal.objects.filter(pk=asked.pk).update(**columns)


@pytest.mark.parametrize(("count", "shown"), [(9, False), (10, True)])
def test_results_are_shown_from_ten_households_on(cast: Cast, count: int, shown: bool) -> None:
    row = steward(cast)
    asked = month(row)
    spoken(cast, asked, count - 1)
    spoken(cast, asked, 1, mark=1)
    before = results.of_month(asked, row.estate_id)
    closing.close_over(asked.closes_on + timedelta(days=1))
    asked.refresh_from_db()
    after = results.of_month(asked, row.estate_id)
    assert (before.answered, before.lines, after.answered, after.asked) == (count, [], count, count)
    assert bool(after.lines) is shown
    if shown:
        line = after.lines[0]
        assert (line.mean, [share.percent for share in line.shares]) == (4.6, [90, 0, 0, 0, 10])


# --- what was done -----------------------------------------------------------------------
def test_residents_rate_what_was_done_checked_and_released(cast: Cast) -> None:
    row, own = steward(cast), home(cast)
    action = carried_out(cast, row)
    who = Speaker(own, Via.PHONE)
    voices.rate(action, who, solved=False, stars=2)
    voices.rate(action, who, solved=True, stars=4)
    stars = Stars.objects.get()
    assert (stars.solved, stars.stars) == (True, 4)
    poll = Poll.objects.get()
    assert results.of_actions([action.pk])[action.pk].solved is None
    closing.close_over(poll.closes_on + timedelta(days=1))
    with pytest.raises(Refused):
        voices.rate(action, who, solved=True, stars=5)


def test_nothing_else_is_rated(cast: Cast) -> None:
    row, who = steward(cast), Speaker(home(cast), Via.PHONE)
    undone = settled(cast, row)
    hidden = carried_out(cast, row, title="另一议题", shared=False)
    late = carried_out(cast, row, title="旧议题")
    with pytest.raises(Refused):
        voices.rate(late, who, solved=True, stars=6)
    for action in (undone, hidden):
        with pytest.raises(Refused):
            voices.rate(action, who, solved=True, stars=5)
    with clock.at(clock.now() + timedelta(days=15)), pytest.raises(Refused):
        voices.rate(late, who, solved=True, stars=5)
    assert not Poll.objects.exists()


# --- topics from households --------------------------------------------------------------
def test_a_household_proposes_and_neighbours_second_it_once(cast: Cast) -> None:
    row, own, other = steward(cast), home(cast), home(cast, OTHER_HOME)
    form_id = uuid4()
    mine, neighbour = Speaker(own, Via.PHONE), Speaker(other, Via.PHONE)
    topic = topics.propose(row, mine, title="电动车没处充", words="找我 13900000000", form_id=form_id)
    assert topics.propose(row, mine, title="电动车没处充", words="", form_id=form_id) == topic
    assert (topic.support, topic.source, topic.words) == (1, "resident", "找我 139****0000")
    with pytest.raises(Refused):
        topics.second(topic, neighbour)
    with pytest.raises(Refused):
        topics.show(topic, by=cast.community2)
    topics.show(topic, by=cast.community)
    assert [topics.second(topic, who) for who in (neighbour, neighbour, mine)] == [2, 2, 2]


def test_who_seconded_is_forgotten_when_it_is_settled(cast: Cast) -> None:
    row, who = steward(cast), Speaker(home(cast), Via.PHONE)
    topic = topics.propose(row, who, title="楼道灯", words="", form_id=uuid4())
    assert closing.forget_backings() == 0
    table.set_aside(topic, "drop", words="已修好", by=By(cast.community))
    assert (closing.forget_backings(), Backing.objects.count()) == (1, 0)
    topic.refresh_from_db()
    assert topic.support == 1


def test_an_owners_matter_is_marked_until_the_table_has_spoken(cast: Cast) -> None:
    row = steward(cast)
    topic = topics.propose(
        row, Speaker(home(cast), Via.PHONE), title="动用维修资金", words="", form_id=uuid4()
    )
    topics.reserve(topic, "fund_use", by=cast.community)
    topic.refresh_from_db()
    assert (topic.is_owners_matter, topic.shown.reserved) == (True, "fund_use")
    topics.reserve(topic, "", by=cast.community)
    assert not topic.is_owners_matter
    done = settled(cast, row).topic
    with pytest.raises(Refused):
        topics.reserve(done, "rules", by=cast.community)


def test_the_month_of_the_clock(cast: Cast) -> None:
    row = steward(cast)
    with clock.at(OPEN_DAY):
        closing.open_months()
        asked = row.appraisals.get()
        assert asked.takes_voices()
    with clock.at(OPEN_DAY + timedelta(days=6)):
        assert not asked.takes_voices()
