"""Answering, telling, declining, closing and taking up again."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from grids.models import Post, User
from requests_app.models import Answer, Ticket
from requests_app.services import RESIDENT, SYSTEM, Actor, audit, give_verdict, staff, take
from requests_app.workflow import Status
from tests.cast import Cast
from tests.factories import make_leave
from tests.requests_app.matters import accepted, answered, resolved, told
from wangguan import clock
from wangguan.notify import reports
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db


def refused(ticket: Ticket, step: str, by: Actor | User, **fields: Any) -> Refused:
    with pytest.raises(Refused) as refusal:
        take(ticket, step, by=staff(by) if isinstance(by, User) else by, **fields)
    return refusal.value


def declined(cast: Cast, **fields: Any) -> Ticket:
    ticket = told(cast, **fields)
    take(ticket, "decline", by=staff(cast.community), note="不归街道", answer="请打供电热线 95598")
    return ticket


# --- resolve -----------------------------------------------------------------------------
def test_resolving_writes_the_answer_and_tells_the_resident_without_it(cast: Cast) -> None:
    ticket = resolved(cast)

    given = Answer.objects.get(ticket=ticket)
    sms = Message.objects.get(kind="answer", topic=ticket.number)
    assert (given.author, given.text, given.is_settled) == (cast.worker, "您好，灯已经换好。", False)
    assert (ticket.status, ticket.due_kind) == ("resolved", "delivery")
    assert given.text not in str(sms.context)


@pytest.mark.parametrize("words", ["", "   ", "\x00", None])
def test_resolving_without_words_is_refused(cast: Cast, words: str | None) -> None:
    assert refused(accepted(cast), "resolve", cast.worker, answer=words).field == "answer"


def test_answer_that_is_too_long_is_refused(cast: Cast) -> None:
    assert refused(accepted(cast), "resolve", cast.worker, answer="长" * 20_001).field == "answer"


def test_answer_of_twenty_thousand_odd_characters_is_kept(cast: Cast) -> None:
    ticket, words = accepted(cast), "𠮷‏%(x)s<b>😀" * 1_500

    take(ticket, "resolve", by=staff(cast.worker), answer=words)

    assert Answer.objects.get(ticket=ticket).text == words


def test_waiting_matter_is_not_resolved_before_it_is_accepted(cast: Cast) -> None:
    refused(told(cast), "resolve", cast.worker, answer="好了")


# --- answer ------------------------------------------------------------------------------
@pytest.mark.parametrize("how", ["phone", "visit", "wechat"])
def test_person_who_told_it_is_believed(cast: Cast, how: str) -> None:
    ticket = resolved(cast)

    take(ticket, "answer", by=staff(cast.worker), how=how, note="家人接的电话")

    given = Answer.objects.get(ticket=ticket)
    assert (ticket.status, ticket.due_kind, given.reached_how) == ("answered", "verdict", how)
    assert given.reached_at is not None
    assert ticket.due_at == given.reached_at + timedelta(days=7)


@pytest.mark.parametrize("how", ["sms", "opened", "verdict", "", "no_reply"])
def test_person_cannot_say_that_a_machine_told_it(cast: Cast, how: str) -> None:
    """A text message counts by the gateway's report alone, an opened page by its resident."""
    assert refused(resolved(cast), "answer", cast.worker, how=how).field == "how"


def test_third_try_in_vain_makes_it_unreachable(cast: Cast) -> None:
    ticket = resolved(cast)
    for _ in range(2):
        take(ticket, "answer", by=staff(cast.worker), how="unreachable", note="无人接听")
        assert ticket.status == "resolved"

    take(ticket, "answer", by=staff(cast.worker), how="unreachable")

    given = Answer.objects.get(ticket=ticket)
    assert (ticket.status, given.tries, given.reached_at) == ("answered", 3, None)
    assert given.unreachable_at is not None
    assert [e.step for e in ticket.events.order_by("id")][-3:] == ["answer_try", "answer_try", "answer"]
    assert audit.violations() == {}


def test_verdict_is_asked_of_those_who_were_reached_only(cast: Cast) -> None:
    reached, lost = resolved(cast), resolved(cast)
    take(reached, "answer", by=staff(cast.worker), how="phone")
    for _ in range(3):
        take(lost, "answer", by=staff(cast.worker), how="unreachable")

    asked = Message.objects.filter(kind="verdict_ask").values_list("topic", flat=True)
    assert list(asked) == [reached.number]


def test_told_answer_is_not_told_again(cast: Cast) -> None:
    refused(answered(cast), "answer", cast.worker, how="phone")


def test_declined_matter_is_told_like_an_answer(cast: Cast) -> None:
    ticket = declined(cast)

    take(ticket, "answer", by=staff(cast.community), how="phone")

    assert (ticket.status, ticket.due_at, ticket.wake_at) == ("declined", None, None)
    assert ticket.answered_at is not None
    refused(ticket, "answer", cast.community, how="phone")


# --- decline -----------------------------------------------------------------------------
def test_declining_says_why_and_where_to_go(cast: Cast) -> None:
    ticket = told(cast)
    assert refused(ticket, "decline", cast.community, answer="请找物业").field == "note"
    assert (
        refused(Ticket.objects.get(pk=ticket.pk), "decline", cast.community, note="不归我们").field
        == "answer"
    )


def test_grid_declines_nothing(cast: Cast) -> None:
    refused(told(cast), "decline", cast.leader, note="不归我们", answer="请找物业")


def test_declined_matter_is_delivered_within_two_working_days(cast: Cast) -> None:
    thursday = datetime(2026, 3, 5, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    with clock.at(thursday):
        ticket = declined(cast)

    assert ticket.due_at == thursday + timedelta(days=4)
    assert Message.objects.filter(kind="declined", topic=ticket.number, channel="sms").count() == 1


# --- close -------------------------------------------------------------------------------
def test_street_leader_closes_with_a_reason(cast: Cast) -> None:
    ticket = answered(cast)
    assert refused(ticket, "close", cast.director).field == "note"

    take(Ticket.objects.get(pk=ticket.pk), "close", by=staff(cast.director), note="三次核实，已处理到位")

    ticket.refresh_from_db()
    assert (ticket.status, ticket.outcome, ticket.due_at) == ("closed", "final", None)


@pytest.mark.parametrize("status", ["told", "accepted", "resolved"])
def test_nothing_is_closed_before_the_answer_arrived(cast: Cast, status: str) -> None:
    ticket = {"told": told, "accepted": accepted, "resolved": resolved}[status](cast)
    refused(ticket, "close", cast.director, note="结束")
    refused(Ticket.objects.get(pk=ticket.pk), "close", SYSTEM)
    refused(Ticket.objects.get(pk=ticket.pk), "close", RESIDENT)


# --- reopen ------------------------------------------------------------------------------
def reopened(ticket: Ticket, by: User) -> Ticket:
    take(ticket, "reopen", by=staff(by), note="居民来电，仍未解决")
    return ticket


def settle_again(ticket: Ticket, by: User) -> Ticket:
    take(ticket, "resolve", by=staff(by), answer="又处理了一次")
    take(ticket, "answer", by=staff(by), how="phone")
    return ticket


def test_reopened_matter_starts_afresh_one_level_higher(cast: Cast) -> None:
    with clock.at(clock.now() - timedelta(days=20)):
        ticket = answered(cast)

    reopened(ticket, cast.community)

    assert (ticket.status, ticket.level, ticket.round) == ("accepted", "community", 1)
    assert (ticket.assignee, ticket.first_handler) == (cast.community, cast.worker)
    assert (ticket.resolved_at, ticket.answered_at, ticket.shifted) == (None, None, timedelta(0))
    assert ticket.resolve_due is not None
    assert ticket.resolve_due > clock.now()
    assert Message.objects.filter(kind="reopened_resident", topic=ticket.number).count() == 1


def test_second_reopening_goes_to_the_street(cast: Cast) -> None:
    ticket = settle_again(reopened(answered(cast), cast.community), cast.community)

    reopened(ticket, cast.community)

    assert (ticket.level, ticket.section, ticket.assignee) == ("street", "livelihood", cast.section)


def test_sent_back_between_it_still_goes_to_the_street(cast: Cast) -> None:
    ticket = reopened(answered(cast), cast.community)
    take(ticket, "send_back", by=staff(cast.community), note="网格可办")
    settle_again(ticket, cast.worker)

    assert reopened(ticket, cast.community).level == "street"


def test_third_reopening_is_the_street_leaders(cast: Cast) -> None:
    ticket = settle_again(reopened(answered(cast), cast.community), cast.community)
    settle_again(reopened(ticket, cast.community), cast.section)

    refused(ticket, "reopen", cast.dispatcher, note="再办")
    reopened(Ticket.objects.get(pk=ticket.pk), cast.director)

    ticket.refresh_from_db()
    assert (ticket.round, ticket.assignee) == (3, cast.director)


def test_reopened_where_the_community_has_nobody_is_in_the_streets_charge(cast: Cast) -> None:
    ticket = answered(cast)
    Post.objects.filter(community=cast.community_unit).delete()

    reopened(ticket, cast.dispatcher)

    assert (ticket.level, ticket.assignee) == ("community", cast.dispatcher)


def test_reopened_matter_goes_to_the_deputy_of_who_is_on_leave(cast: Cast) -> None:
    ticket = answered(cast)
    make_leave(Post.objects.get(user=cast.community), cast.worker2)

    assert reopened(ticket, cast.dispatcher).assignee == cast.worker2


def test_declined_matter_taken_up_has_a_first_handler(cast: Cast) -> None:
    ticket = reopened(declined(cast), cast.community)

    assert (ticket.status, ticket.level, ticket.first_handler) == ("accepted", "community", cast.community)
    assert audit.violations() == {}


def test_closed_matter_is_reopened_for_thirty_days(cast: Cast) -> None:
    ticket = give_verdict(answered(cast), solved=True)
    with clock.at(clock.now() + timedelta(days=30, hours=1)):
        refused(ticket, "reopen", cast.community, note="又坏了")
    with clock.at(clock.now() + timedelta(days=29)):
        assert reopened(Ticket.objects.get(pk=ticket.pk), cast.community).outcome == ""


def test_late_report_of_an_earlier_answer_leaves_the_new_round_alone(cast: Cast) -> None:
    ticket = resolved(cast)
    key = Message.objects.get(kind="answer", topic=ticket.number).key
    take(ticket, "answer", by=staff(cast.worker), how="phone")
    settled = reopened(ticket, cast.community)
    take(settled, "resolve", by=staff(cast.community), answer="又换了一次")

    reports.record(key=key, delivered=True)

    settled.refresh_from_db()
    assert (settled.status, settled.answered_at) == (Status.RESOLVED, None)
