"""A question to the resident: the matter rests until the reply, for two working days at the most."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from grids.models import User
from requests_app.models import Ticket, TicketEvent
from requests_app.services import RESIDENT, audit, due, reply, staff, take
from requests_app.services.posts import reassign_orphans
from tests.cast import Cast
from tests.requests_app.five_rules import broken
from tests.requests_app.matters import PHONE, accepted
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
WEDNESDAY = datetime(2026, 3, 4, 10, 0, tzinfo=SHANGHAI)
QUESTION = "请问是几单元的灯？"


def current(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_related("grid", "community", "category", "assignee").get(pk=ticket.pk)


def step(ticket: Ticket, name: str, by: User, **fields: Any) -> TicketEvent:
    return take(current(ticket), name, by=staff(by), **fields)


def heard(kind: str, ticket: Ticket) -> set[User | None]:
    told = Message.objects.filter(kind=kind, topic=ticket.number, channel="in_app")
    return {message.user for message in told.select_related("user")}


def all_is_well() -> bool:
    due.sweep()
    return audit.violations() == {} and broken(clock.now()) == []


@pytest.fixture
def asked(cast: Cast) -> Ticket:
    """Asked on Monday at ten o'clock."""
    with clock.at(MONDAY):
        ticket = accepted(cast)
        step(ticket, "ask", cast.worker, question=QUESTION)
    return current(ticket)


def test_question_rests_the_matter_for_two_working_days(asked: Ticket) -> None:
    assert (asked.status, asked.question_since, asked.held_since) == ("on_hold", MONDAY, MONDAY)
    assert (asked.review_at, asked.due_kind) == (WEDNESDAY, "review")


def test_question_over_a_weekend_rests_until_working_days_are_over(cast: Cast) -> None:
    with clock.at(datetime(2026, 3, 6, 16, 30, tzinfo=SHANGHAI)):
        ticket = accepted(cast)
        step(ticket, "ask", cast.worker, question=QUESTION)
    assert current(ticket).review_at == datetime(2026, 3, 10, 16, 30, tzinfo=SHANGHAI)


def test_question_itself_is_in_no_message(asked: Ticket) -> None:
    message = Message.objects.get(kind="question")
    assert (message.channel, message.to) == ("sms", PHONE)
    assert message.text == f"关于您反映的事 {asked.number}，我们想问您一句，请在这里回复：{message.link}"
    assert asked.last_event().note == QUESTION  # type: ignore[union-attr]


@pytest.mark.parametrize("question", ["", "  ", "问" * 1001])
def test_question_needs_words(cast: Cast, question: str) -> None:
    with pytest.raises(Refused) as refused:
        step(accepted(cast), "ask", cast.worker, question=question)
    assert refused.value.field == "question"


def test_nothing_is_asked_while_the_unit_above_decides(cast: Cast) -> None:
    ticket = accepted(cast)
    step(ticket, "request_extension", cast.worker, hours=24, note="等配件")
    with pytest.raises(Refused):
        step(ticket, "ask", cast.worker, question=QUESTION)


# --- the reply ---------------------------------------------------------------------------
def test_reply_lets_the_clock_run_again(cast: Cast, asked: Ticket) -> None:
    with clock.at(MONDAY + timedelta(hours=3)):
        entry = reply(asked, words="二单元")

        after = current(asked)
        assert (after.status, after.question_since, after.review_at) == ("accepted", None, None)
        assert after.shifted == timedelta(hours=3)
        assert (entry.step, entry.note, entry.actor_kind) == ("resume", "二单元", "resident")
        assert heard("replied", asked) == {cast.worker}
        assert all_is_well()


def test_same_reply_twice_is_one(asked: Ticket) -> None:
    key = uuid4()
    with clock.at(MONDAY + timedelta(hours=1)):
        first = reply(asked, words="二单元", action_id=key)
        assert reply(current(asked), words="二单元", action_id=key) == first
        assert reply(asked, words="二单元", action_id=key) == first


def test_empty_reply_is_refused(asked: Ticket) -> None:
    with clock.at(MONDAY + timedelta(hours=1)), pytest.raises(Refused) as refused:
        reply(asked, words=" ")
    assert refused.value.field == "note"
    assert current(asked).status == "on_hold"


def test_late_reply_is_a_word_added(cast: Cast, asked: Ticket) -> None:
    with clock.at(WEDNESDAY + timedelta(hours=1)):
        due.sweep()
        entry = reply(asked, words="二单元")

        assert (entry.step, entry.note) == ("resident_note", "二单元")
        assert heard("resident_added", asked) == {cast.worker}


def test_reply_finds_the_question_when_the_matter_changed_hands(cast: Cast, asked: Ticket) -> None:
    cast.worker.posts.update(ends_on=MONDAY.date() - timedelta(days=1))
    with clock.at(MONDAY + timedelta(hours=1)):
        assert reassign_orphans() == 1

        assert reply(asked, words="二单元").step == "resume"
        assert heard("replied", asked) == {cast.leader}


def test_resident_does_not_take_up_what_is_on_hold_for_another_reason(cast: Cast) -> None:
    ticket = accepted(cast)
    step(ticket, "hold", cast.community, review_on=(clock.now() + timedelta(days=3)).date(), note="等配件")
    with pytest.raises(Refused):
        take(current(ticket), "resume", by=RESIDENT, note="快点")
    assert reply(current(ticket), words="快点").step == "resident_note"


# --- silence, and what else ends it ------------------------------------------------------
def test_silence_lets_the_clock_run_again(cast: Cast, asked: Ticket) -> None:
    with clock.at(WEDNESDAY + timedelta(minutes=1)):
        due.sweep()

        after, entry = current(asked), asked.last_event()
        assert entry is not None
        assert (after.status, after.question_since) == ("accepted", None)
        assert (entry.step, entry.actor_kind, entry.detail["question"]) == ("resume", "system", "unanswered")
        assert heard("unanswered", asked) == {cast.worker}
        assert all_is_well()


def test_matter_may_be_asked_about_again_on_the_day_it_came_back(cast: Cast, asked: Ticket) -> None:
    with clock.at(WEDNESDAY + timedelta(minutes=1)):
        due.sweep()
        step(asked, "ask", cast.worker, question="几楼？")
    with clock.at(WEDNESDAY + timedelta(days=3)):
        due.sweep()
        assert current(asked).status == "accepted"
        assert all_is_well()


def test_holder_who_learnt_it_otherwise_takes_it_up(cast: Cast, asked: Ticket) -> None:
    with clock.at(MONDAY + timedelta(hours=2)):
        entry = step(asked, "resume", cast.worker, note="打电话问到了")

        assert entry.detail["question"] == "dropped"
        assert current(asked).question_since is None
        assert all_is_well()


def test_withdrawn_matter_asks_nothing(asked: Ticket) -> None:
    with clock.at(MONDAY + timedelta(hours=2)):
        take(asked, "withdraw", by=RESIDENT)
        assert current(asked).question_since is None
        assert all_is_well()


def test_merged_matter_asks_nothing_and_comes_back_to_its_hold(cast: Cast, asked: Ticket) -> None:
    with clock.at(MONDAY + timedelta(hours=2)):
        parent = accepted(cast)
        step(asked, "merge", cast.leader, parent=parent)
        assert current(asked).question_since is None
        step(asked, "unmerge", cast.leader, note="不是同一件事")
        assert (current(asked).status, current(asked).review_at) == ("on_hold", WEDNESDAY)
    with clock.at(WEDNESDAY + timedelta(hours=2)):
        due.sweep()
        assert current(asked).status == "accepted"
        assert all_is_well()


def test_answer_after_a_question_is_due_later_by_the_pause(cast: Cast, asked: Ticket) -> None:
    before = asked.resolve_due
    with clock.at(WEDNESDAY + timedelta(minutes=1)):
        due.sweep()
    after = current(asked)
    assert before is not None
    assert after.resolve_due is not None
    assert after.resolve_due - before >= timedelta(days=2)
