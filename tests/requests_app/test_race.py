"""True races: every job on its own connection, committed rows, nothing mocked."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from grids.locate import Place
from grids.models import User
from requests_app.models import Answer, Reminder, Ticket, TicketEvent
from requests_app.refusals import MovedMeanwhile
from requests_app.services import RESIDENT, Matter, add_note, audit, due, give_verdict, staff, submit, take
from tests.cast import Cast
from tests.race import at_once
from tests.requests_app.matters import accepted, resolved, told
from wangguan import clock
from wangguan.notify import outbox, reports
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


@pytest.fixture(autouse=True)
def _unnudged() -> Iterator[None]:
    with outbox.unnudged():
        yield


def step(ticket: Ticket, name: str, user: User, **fields: Any) -> Callable[[], TicketEvent]:
    """A step by somebody who has the page open as the ticket stands now."""
    seen = Ticket.objects.select_related("grid", "community", "category", "assignee").get(pk=ticket.pk)
    return partial(take, seen, name, by=staff(User.objects.get(pk=user.pk)), **fields)


def kinds(results: list[Any]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def test_two_accept_at_once_and_one_wins(cast: Cast) -> None:
    for _ in range(ROUNDS):
        ticket = told(cast)

        results = at_once(step(ticket, "accept", cast.leader), step(ticket, "accept", cast.worker))

        assert kinds(results) == ["MovedMeanwhile", "TicketEvent"]
        winner = next(result for result in results if isinstance(result, TicketEvent)).actor
        ticket.refresh_from_db()
        assert (ticket.version, ticket.assignee, ticket.first_handler) == (2, winner, winner)
    assert audit.violations() == {}


def test_eight_take_different_steps_at_once_and_one_wins(cast: Cast) -> None:
    ticket = accepted(cast)
    jobs: list[Callable[[], Any]] = [
        step(ticket, "escalate", cast.worker, note="要协调"),
        step(ticket, "resolve", cast.leader, answer="好了"),
        step(ticket, "assign", cast.leader, assignee=cast.worker),
        step(ticket, "decline", cast.community, note="不归我们", answer="请找物业"),
        step(ticket, "hand_over", cast.community, target=cast.grid_beside, note="错了"),
        step(ticket, "reclassify", cast.dispatcher, urgency="A"),
        step(ticket, "request_hold", cast.worker, review_on=clock.now().date(), note="等"),
        partial(take, Ticket.objects.get(pk=ticket.pk), "withdraw", by=RESIDENT),
    ]

    results = at_once(*jobs)

    assert sum(isinstance(result, TicketEvent) for result in results) == 1
    assert all(isinstance(result, TicketEvent | Refused) for result in results)
    assert audit.violations() == {}


def test_same_action_on_two_connections_is_one_entry_for_both(cast: Cast) -> None:
    steps: list[tuple[str, dict[str, Any]]] = [
        ("accept", {}),
        ("handle", {"note": "已到现场"}),
        ("resolve", {"answer": "修好了"}),
    ]
    for name, fields in steps:
        ticket = Ticket.objects.first() or told(cast)
        job = partial(step, ticket, name, cast.worker, action_id=uuid4(), **fields)

        first, second = at_once(job(), job())

        assert (first, type(first)) == (second, TicketEvent)
        assert ticket.events.filter(step=name).count() == 1


def test_same_word_of_the_resident_on_two_connections_is_one_entry(cast: Cast) -> None:
    ticket, key = told(cast), uuid4()

    results = at_once(*[partial(add_note, ticket, words="还有味道", action_id=key)] * 3)

    assert kinds(results) == ["TicketEvent"] * 3
    assert ticket.events.filter(step="resident_note").count() == 1


def test_same_form_on_two_connections_is_one_ticket(cast: Cast) -> None:
    place = Place(grid=cast.grid, community=cast.community_unit)
    for _ in range(ROUNDS):
        form = Matter(description="路灯坏了", place=place, submission_id=uuid4())

        results = at_once(*[partial(submit, form)] * 3)

        assert len({ticket.pk for ticket, _is_new in results}) == 1
        assert sorted(is_new for _ticket, is_new in results) == [False, False, True]
    assert Ticket.objects.count() == Message.objects.filter(kind="new", user=cast.leader).count() == ROUNDS


def test_different_forms_with_the_same_key_are_two_tickets(cast: Cast) -> None:
    place, key = Place(grid=cast.grid, community=cast.community_unit), uuid4()
    forms = [Matter(description=words, place=place, submission_id=key) for words in ("路灯坏了", "井盖没了")]

    results = at_once(*[partial(submit, form) for form in forms])

    assert [is_new for _ticket, is_new in results] == [True, True]
    assert set(Ticket.objects.values_list("description", flat=True)) == {"路灯坏了", "井盖没了"}


def test_grant_and_withdrawal_at_once_leave_one_of_them(cast: Cast) -> None:
    for _ in range(ROUNDS):
        ticket = accepted(cast)
        take(ticket, "request_extension", by=staff(cast.worker), hours=24, note="等配件")
        seen = Ticket.objects.get(pk=ticket.pk)

        results = at_once(
            step(ticket, "grant_extension", cast.community), partial(take, seen, "withdraw", by=RESIDENT)
        )

        ticket.refresh_from_db()
        assert kinds(results) == ["MovedMeanwhile", "TicketEvent"]
        assert (ticket.status == "closed") == (ticket.shifted.total_seconds() == 0)
        assert not ticket.open_request
        assert ticket.asked.filter(decided_at=None).count() == 0
    assert audit.violations() == {}


def test_two_decide_one_request_at_once_and_one_wins(cast: Cast) -> None:
    for _ in range(ROUNDS):
        ticket = accepted(cast)
        take(ticket, "request_extension", by=staff(cast.worker), hours=24, note="等配件")

        results = at_once(
            step(ticket, "grant_extension", cast.community),
            step(ticket, "refuse_extension", cast.dispatcher),
        )

        assert kinds(results) == ["MovedMeanwhile", "TicketEvent"]
    assert audit.violations() == {}


def test_two_ask_for_time_at_once_and_one_wins(cast: Cast) -> None:
    for _ in range(ROUNDS):
        ticket = accepted(cast)

        results = at_once(
            *[
                step(ticket, "request_extension", who, hours=8, note="等")
                for who in (cast.leader, cast.worker)
            ]
        )

        assert kinds(results) == ["MovedMeanwhile", "TicketEvent"]
        assert ticket.asked.count() == 1


def test_merge_and_answer_of_the_parent_at_once_lose_no_child(cast: Cast) -> None:
    for _ in range(ROUNDS):
        parent, child = accepted(cast), told(cast)

        results = at_once(
            step(child, "merge", cast.leader, parent=parent),
            step(parent, "resolve", cast.worker, answer="灯已换好"),
        )

        assert isinstance(results[1], TicketEvent)
        child.refresh_from_db()
        is_merged = isinstance(results[0], TicketEvent)
        assert child.status == ("merged" if is_merged else "submitted")
        assert Answer.objects.filter(ticket=child).exists() == is_merged
    assert audit.violations() == {}


def test_merge_and_withdrawal_of_the_parent_at_once_lose_no_child(cast: Cast) -> None:
    for _ in range(ROUNDS):
        parent, child = accepted(cast), told(cast)
        withdraw = partial(take, Ticket.objects.get(pk=parent.pk), "withdraw", by=RESIDENT)

        results = at_once(step(child, "merge", cast.leader, parent=parent), withdraw)

        child.refresh_from_db()
        assert isinstance(results[1], TicketEvent)
        assert (child.status, child.parent) == ("submitted", None)
    assert audit.violations() == {}


def test_two_merges_in_a_row_at_once_make_no_chain(cast: Cast) -> None:
    for _ in range(ROUNDS):
        first, second, third = (told(cast) for _ in range(3))

        results = at_once(
            step(first, "merge", cast.leader, parent=second),
            step(second, "merge", cast.community, parent=third),
        )

        assert kinds(results) in (["Refused", "TicketEvent"], ["MovedMeanwhile", "TicketEvent"])
        assert not Ticket.objects.filter(parent__status="merged").exists()
    assert audit.violations() == {}


def test_two_merges_into_each_other_at_once_leave_one_open(cast: Cast) -> None:
    for _ in range(ROUNDS):
        one, two = told(cast), told(cast)

        results = at_once(
            step(one, "merge", cast.leader, parent=two), step(two, "merge", cast.community, parent=one)
        )

        assert sum(isinstance(result, TicketEvent) for result in results) == 1
        assert all(isinstance(result, TicketEvent | Refused) for result in results)
    assert audit.violations() == {}


def test_report_and_call_at_once_answer_the_resident_once(cast: Cast) -> None:
    for _ in range(ROUNDS):
        ticket = resolved(cast)
        key = Message.objects.get(kind="answer", topic=ticket.number).key

        called, _is_news = at_once(
            step(ticket, "answer", cast.worker, how="phone"),
            partial(reports.record, key=key, delivered=True),
        )

        ticket.refresh_from_db()
        assert ticket.status == "answered"
        assert ticket.events.filter(step="answer").count() == 1
        assert isinstance(called, TicketEvent | Refused)
        assert isinstance(_is_news, bool)
    assert audit.violations() == {}


def test_yes_and_report_at_once_close_the_ticket(cast: Cast) -> None:
    for _ in range(ROUNDS):
        ticket = resolved(cast)
        key = Message.objects.get(kind="answer", topic=ticket.number).key

        results = at_once(
            partial(give_verdict, ticket, solved=True), partial(reports.record, key=key, delivered=True)
        )

        ticket.refresh_from_db()
        assert not [result for result in results if isinstance(result, Exception)]
        assert (ticket.status, ticket.outcome) == ("closed", "confirmed")


def test_two_tries_to_reach_the_resident_at_once_both_count(cast: Cast) -> None:
    ticket = resolved(cast)

    at_once(*[step(ticket, "answer", who, how="unreachable") for who in (cast.leader, cast.worker)])

    assert Answer.objects.get(ticket=ticket).tries == ticket.events.filter(step="answer_try").count() == 2


def test_call_that_the_sweep_asks_for_meanwhile_is_settled_by_the_answer(cast: Cast) -> None:
    """The page was opened before the sweep asked for a call, which moves no version."""
    ticket = resolved(cast)
    tell = step(ticket, "answer", cast.worker, how="phone")
    Ticket.objects.filter(pk=ticket.pk).update(call_since=clock.now())

    tell()

    ticket.refresh_from_db()
    assert (ticket.status, ticket.call_since) == ("answered", None)


def test_two_sweeps_at_once_remind_once(cast: Cast) -> None:
    tickets = [told(cast) for _ in range(20)]
    late = max(ticket.resolve_due for ticket in tickets if ticket.resolve_due)

    def sweep() -> None:
        with clock.at(late):
            due.sweep()

    assert at_once(sweep, sweep, sweep) == [None] * 3
    for ticket in tickets:
        marks = list(Reminder.objects.filter(ticket=ticket).values_list("kind", flat=True))
        assert sorted(marks) == sorted(set(marks))
        assert ticket.events.filter(step="supervise").count() == 1


def test_sweep_passes_by_a_ticket_that_somebody_is_moving(cast: Cast) -> None:
    ticket = told(cast)

    def sweep() -> int:
        with clock.at(ticket.resolve_due or clock.now()):
            return due.sweep().looked_at

    with transaction.atomic():
        Ticket.objects.select_for_update().get(pk=ticket.pk)
        assert at_once(sweep) == [0]
    assert at_once(sweep) == [1]


def test_second_at_once_is_told_who_was_faster(cast: Cast) -> None:
    ticket = told(cast)

    results = at_once(step(ticket, "accept", cast.leader), step(ticket, "accept", cast.leader))

    refusal = next(result for result in results if isinstance(result, MovedMeanwhile))
    assert cast.leader.current_posts[0].title in refusal.sentence
