"""One ticket's whole way, step by step."""

import pytest

from requests_app.models import Answer, Ticket
from requests_app.refusals import MovedMeanwhile
from requests_app.services import RESIDENT, audit, give_verdict, staff, take
from tests.cast import Cast
from tests.requests_app.matters import accepted, answered, resolved, told
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db


def test_told_matter_reaches_the_grid_and_tells_its_people(cast: Cast) -> None:
    ticket = told(cast)

    in_app = Message.objects.filter(topic=ticket.number, channel="in_app")
    assert (ticket.status, ticket.level, ticket.grid) == ("submitted", "grid", cast.grid)
    assert {message.user for message in in_app} == {cast.leader, cast.worker}


def test_climbing_ticket_keeps_its_first_handler(cast: Cast) -> None:
    ticket = accepted(cast)

    take(ticket, "escalate", by=staff(cast.worker), note="要社区协调")
    take(ticket, "escalate", by=staff(cast.community), note="要街道协调")

    ticket.refresh_from_db()
    assert (ticket.level, ticket.first_handler, ticket.assignee) == ("street", cast.worker, cast.section)


def test_answer_delivered_moves_to_answered_and_yes_closes(cast: Cast) -> None:
    ticket = answered(cast)

    closed = give_verdict(ticket, solved=True, satisfaction=5)

    assert (closed.status, closed.outcome) == ("closed", "confirmed")
    assert audit.violations() == {}


def test_no_reopens_one_level_higher_then_street_then_asks_leader(cast: Cast) -> None:
    ticket = answered(cast)
    levels = []
    for _ in range(2):
        ticket = give_verdict(ticket, solved=False, comment="还是不亮")
        levels.append(ticket.level)
        take(ticket, "resolve", by=staff(cast.dispatcher), answer="又修了一次。")
        take(ticket, "answer", by=staff(cast.dispatcher), how="phone")

    ticket = give_verdict(ticket, solved=False, comment="仍然不亮")

    assert levels == ["community", "street"]
    assert (ticket.status, ticket.due_kind) == ("answered", "decision")
    assert audit.violations() == {}


def test_yes_on_a_page_that_shows_the_answer_counts_as_delivery(cast: Cast) -> None:
    ticket = give_verdict(resolved(cast), solved=True)

    given = Answer.objects.get(ticket=ticket)
    assert (ticket.status, given.reached_how) == ("closed", "verdict")


def test_stale_step_is_told_who_moved_it(cast: Cast) -> None:
    ticket = told(cast)
    stale = Ticket.objects.get(pk=ticket.pk)
    take(ticket, "accept", by=staff(cast.leader))

    with pytest.raises(MovedMeanwhile) as refusal:
        take(stale, "accept", by=staff(cast.worker))

    assert cast.leader.current_posts[0].title in refusal.value.sentence


def test_withdraw_is_refused_after_the_answer(cast: Cast) -> None:
    ticket = resolved(cast)

    with pytest.raises(Refused):
        take(ticket, "withdraw", by=RESIDENT)
