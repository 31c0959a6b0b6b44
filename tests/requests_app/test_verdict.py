"""The resident has the last word: verdict, a word added, a withdrawal, an opened page."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from grids.models import Post, User, today
from requests_app.models import Answer, Ticket, Verdict
from requests_app.services import (
    RESIDENT,
    SYSTEM,
    add_note,
    audit,
    due,
    give_verdict,
    mark_opened,
    mark_shown,
    staff,
    take,
)
from tests.cast import Cast
from tests.factories import make_leave
from tests.requests_app.five_rules import broken
from tests.requests_app.matters import accepted, answered, resolved, told
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db


def again(ticket: Ticket, by: User) -> Ticket:
    """Answered once more, by phone."""
    take(ticket, "resolve", by=staff(by), answer="又处理了一次")
    take(ticket, "answer", by=staff(by), how="phone")
    return ticket


@pytest.fixture
def thrice(cast: Cast) -> Ticket:
    """Reopened twice, answered a third time."""
    ticket = answered(cast)
    for _ in range(2):
        ticket = again(give_verdict(ticket, solved=False, comment="还是不亮"), cast.dispatcher)
    return ticket


def told_in_app(kind: str, ticket: Ticket) -> set[User | None]:
    sent = Message.objects.filter(kind=kind, topic=ticket.number, channel="in_app").select_related("user")
    return {message.user for message in sent}


# --- yes ---------------------------------------------------------------------------------
def test_yes_closes(cast: Cast) -> None:
    ticket = give_verdict(answered(cast), solved=True, satisfaction=4, comment="谢谢")

    said = Verdict.objects.get(ticket=ticket)
    assert (ticket.status, ticket.outcome, ticket.due_at) == ("closed", "confirmed", None)
    assert (said.solved, said.satisfaction, said.comment) == (True, 4, "谢谢")


def test_yes_on_the_page_is_how_the_answer_arrived(cast: Cast) -> None:
    ticket = give_verdict(resolved(cast), solved=True)

    steps = list(ticket.events.order_by("id").values_list("step", flat=True))
    assert steps[-2:] == ["answer", "close"]
    assert Answer.objects.get(ticket=ticket).reached_how == "verdict"


def test_same_yes_twice_counts_once(cast: Cast) -> None:
    ticket = give_verdict(answered(cast), solved=True, satisfaction=5)
    version = ticket.version

    ticket = give_verdict(ticket, solved=True, satisfaction=5)

    assert (ticket.version, Verdict.objects.count()) == (version, 1)


def test_yes_after_silence_is_kept_and_moves_nothing(cast: Cast) -> None:
    ticket = answered(cast)
    with clock.at(clock.now() + timedelta(days=8)):
        due.sweep()
        ticket = give_verdict(ticket, solved=True, satisfaction=5)

    assert (ticket.outcome, Verdict.objects.count()) == ("silent", 1)


def test_yes_to_a_declined_matter_records_that_it_was_told(cast: Cast) -> None:
    ticket = told(cast)
    take(ticket, "decline", by=staff(cast.community), note="不归街道", answer="请打 95598")

    ticket = give_verdict(ticket, solved=True)

    assert (ticket.status, ticket.answered_at is not None) == ("declined", True)
    assert audit.violations() == {}


# --- no ----------------------------------------------------------------------------------
def test_no_reopens_one_level_above_the_one_that_resolved_it(cast: Cast) -> None:
    ticket = give_verdict(answered(cast), solved=False, comment="还是不亮")

    assert (ticket.status, ticket.level, ticket.round) == ("accepted", "community", 1)
    assert ticket.events.order_by("id").last().note == "还是不亮"  # type: ignore[union-attr]
    assert told_in_app("reopened", ticket) == {cast.community}


def test_no_to_a_declined_matter_takes_it_up(cast: Cast) -> None:
    ticket = told(cast)
    take(ticket, "decline", by=staff(cast.community), note="不归街道", answer="请打 95598")

    ticket = give_verdict(ticket, solved=False, comment="95598 说归你们")

    assert (ticket.status, ticket.level, ticket.round) == ("accepted", "community", 1)


def test_no_after_silence_reopens_within_thirty_days(cast: Cast) -> None:
    ticket = answered(cast)
    with clock.at(clock.now() + timedelta(days=8)):
        due.sweep()
    with clock.at(clock.now() + timedelta(days=30)):
        assert give_verdict(ticket, solved=False).status == "accepted"


def test_no_after_thirty_days_is_refused_and_not_recorded(cast: Cast) -> None:
    ticket = give_verdict(answered(cast), solved=True)

    with clock.at(clock.now() + timedelta(days=31)), pytest.raises(Refused):
        give_verdict(ticket, solved=False)

    assert Verdict.objects.count() == 1


def test_third_no_asks_the_street_leader(cast: Cast, thrice: Ticket) -> None:
    ticket = give_verdict(thrice, solved=False, comment="仍然不亮")

    assert (ticket.status, ticket.due_kind) == ("answered", "decision")
    assert told_in_app("contested", ticket) == {cast.director}
    assert audit.violations() == {}


def test_fourth_no_does_not_move_the_leaders_deadline(thrice: Ticket) -> None:
    due_at = give_verdict(thrice, solved=False, comment="仍然不亮").due_at

    with clock.at(clock.now() + timedelta(days=2)):
        assert give_verdict(thrice, solved=False, comment="怎么还没人管").due_at == due_at


def test_contested_matter_does_not_close_in_silence(thrice: Ticket) -> None:
    give_verdict(thrice, solved=False)

    with clock.at(clock.now() + timedelta(days=30)):
        due.sweep()

    thrice.refresh_from_db()
    assert thrice.status == "answered"


def test_street_leader_decides_a_contested_matter(cast: Cast, thrice: Ticket) -> None:
    ticket = give_verdict(thrice, solved=False)

    take(ticket, "close", by=staff(cast.director), note="已三次核实")

    assert (ticket.outcome, ticket.contested_at) == ("final", None)
    with pytest.raises(Refused):
        give_verdict(ticket, solved=False, comment="不服")


def test_yes_after_the_third_no_closes(thrice: Ticket) -> None:
    give_verdict(thrice, solved=False)

    assert give_verdict(thrice, solved=True).outcome == "confirmed"


def test_third_no_to_a_declined_matter_reminds_the_street_leader(cast: Cast) -> None:
    ticket = answered(cast)
    for _ in range(2):
        ticket = give_verdict(ticket, solved=False, comment="不对")
        take(ticket, "decline", by=staff(cast.dispatcher), note="不归街道", answer="请打 95598")
    give_verdict(ticket, solved=False, comment="还是不对")

    with clock.at(clock.now() + timedelta(days=20)):
        due.sweep()
        assert told_in_app("decision_missed", ticket) == {cast.director}
        assert broken(clock.now()) == []


# --- when it is no use -------------------------------------------------------------------
@pytest.mark.parametrize("state", ["told", "accepted", "withdrawn"])
def test_verdict_without_an_answer_is_refused(cast: Cast, state: str) -> None:
    ticket = accepted(cast) if state == "accepted" else told(cast)
    if state == "withdrawn":
        take(ticket, "withdraw", by=RESIDENT)

    with pytest.raises(Refused):
        give_verdict(ticket, solved=True)


def test_verdict_on_the_answer_of_an_earlier_round_is_refused(cast: Cast) -> None:
    ticket = give_verdict(answered(cast), solved=False)

    with pytest.raises(Refused):
        give_verdict(ticket, solved=True)


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_stars_are_one_to_five(cast: Cast, stars: int) -> None:
    with pytest.raises(Refused) as refusal:
        give_verdict(answered(cast), solved=True, satisfaction=stars)
    assert refusal.value.field == "satisfaction"


def test_long_and_odd_comment_is_kept_within_bounds(cast: Cast) -> None:
    give_verdict(answered(cast), solved=True, comment="\x00好" * 3_000)

    assert Verdict.objects.get().comment == "好" * 2_000


# --- opened and shown --------------------------------------------------------------------
def test_served_page_is_shown_not_opened(cast: Cast) -> None:
    ticket = resolved(cast, contact_phone="")
    mark_shown(Answer.objects.get(ticket=ticket))

    given = Answer.objects.get(ticket=ticket)
    assert (given.shown_at is not None, given.opened_at, given.reached_at) == (True, None, None)


def test_opened_page_reaches_those_without_a_phone(cast: Cast) -> None:
    ticket = resolved(cast, contact_phone="")

    mark_opened(ticket)
    mark_opened(ticket)

    ticket.refresh_from_db()
    assert (ticket.status, Answer.objects.get(ticket=ticket).reached_how) == ("answered", "opened")


def test_opened_page_alone_does_not_reach_those_with_a_phone(cast: Cast) -> None:
    ticket = resolved(cast)

    mark_opened(ticket)

    ticket.refresh_from_db()
    given = Answer.objects.get(ticket=ticket)
    assert (ticket.status, given.opened_at is not None, given.is_settled) == ("resolved", True, False)


def test_opening_before_there_is_an_answer_is_nothing(cast: Cast) -> None:
    ticket = accepted(cast, contact_phone="")

    mark_opened(ticket)

    assert ticket.events.count() == 2


# --- a word added ------------------------------------------------------------------------
def test_added_word_is_told_to_who_is_in_charge(cast: Cast) -> None:
    ticket = accepted(cast)

    entry = add_note(ticket, words="还有一盏也不亮")

    assert (entry.note, entry.version, entry.actor) == ("还有一盏也不亮", None, None)
    assert told_in_app("resident_added", ticket) == {cast.worker}


def test_added_word_is_told_to_the_deputy(cast: Cast) -> None:
    ticket = accepted(cast)
    make_leave(Post.objects.get(user=cast.worker), cast.leader_beside)

    add_note(ticket, words="还有一盏也不亮")

    assert told_in_app("resident_added", ticket) == {cast.leader_beside}


def test_same_word_twice_is_one_entry(cast: Cast) -> None:
    ticket, key = told(cast), uuid4()

    assert add_note(ticket, words="漏水", action_id=key) == add_note(ticket, words="漏水", action_id=key)


@pytest.mark.parametrize("words", ["", "  ", "\x00"])
def test_adding_nothing_is_refused(cast: Cast, words: str) -> None:
    with pytest.raises(Refused):
        add_note(told(cast), words=words)


def test_word_is_not_added_to_a_closed_matter(cast: Cast) -> None:
    ticket = give_verdict(answered(cast), solved=True)

    with pytest.raises(Refused):
        add_note(ticket, words="谢谢")


# --- withdraw ----------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["told", "accepted", "on_hold"])
def test_withdrawing_ends_it_and_tells_the_holder(cast: Cast, state: str) -> None:
    ticket = told(cast) if state == "told" else accepted(cast)
    if state == "on_hold":
        take(ticket, "hold", by=staff(cast.community), review_on=today() + timedelta(days=5), note="等")

    take(ticket, "withdraw", by=RESIDENT, note="已自行解决")

    assert (ticket.status, ticket.outcome) == ("closed", "withdrawn")
    holders = {cast.leader, cast.worker} if state == "told" else {cast.worker}
    assert told_in_app("withdrawn", ticket) == holders
    assert audit.violations() == {}


@pytest.mark.parametrize("make", [resolved, answered])
def test_answered_matter_is_not_withdrawn(cast: Cast, make: Any) -> None:
    with pytest.raises(Refused):
        take(make(cast), "withdraw", by=RESIDENT)


def test_staff_do_not_withdraw(cast: Cast) -> None:
    with pytest.raises(Refused):
        take(accepted(cast), "withdraw", by=staff(cast.director))
    with pytest.raises(Refused):
        take(accepted(cast), "withdraw", by=SYSTEM)


def test_withdrawn_matter_is_not_reopened(cast: Cast) -> None:
    ticket = accepted(cast)
    take(ticket, "withdraw", by=RESIDENT)

    with pytest.raises(Refused):
        take(ticket, "reopen", by=staff(cast.director), note="再办")
