"""One matter told twice: the second follows the first and gets its answer, whatever happens to it."""

from datetime import timedelta
from typing import Any

import pytest

from grids.models import User
from requests_app.models import Answer, Reminder, Ticket
from requests_app.services import RESIDENT, SYSTEM, audit, due, give_verdict, staff, take
from tests.cast import Cast
from tests.requests_app.five_rules import broken
from tests.requests_app.matters import accepted, told
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db


def current(ticket: Ticket) -> Ticket:
    """The ticket as the next page would read it."""
    return Ticket.objects.select_related("grid", "community", "category", "assignee").get(pk=ticket.pk)


def merge(child: Ticket, parent: Ticket, by: User) -> Ticket:
    take(current(child), "merge", by=staff(by), parent=parent)
    return current(child)


def resolve(ticket: Ticket, by: User, answer: str = "灯已换好") -> Ticket:
    take(current(ticket), "resolve", by=staff(by), answer=answer)
    return current(ticket)


def step(ticket: Ticket, name: str, by: User, **fields: Any) -> Ticket:
    take(current(ticket), name, by=staff(by), **fields)
    return current(ticket)


@pytest.fixture
def pair(cast: Cast) -> tuple[Ticket, Ticket]:
    """A parent in progress and a child merged into it while it waited to be accepted."""
    parent = accepted(cast)
    return parent, merge(told(cast), parent, cast.leader)


def all_is_well() -> bool:
    due.sweep()
    return audit.violations() == {} and broken(clock.now()) == []


def test_child_gets_the_answer_of_its_parent(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    parent, child = pair

    resolve(parent, cast.worker)

    given = Answer.objects.get(ticket=child)
    assert (given.text, given.kind) == ("灯已换好", "shared")
    assert Message.objects.filter(kind="answer", topic=child.number, channel="sms").count() == 1
    assert all_is_well()


def test_child_of_a_declined_parent_is_told_so(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    parent, child = pair

    step(parent, "decline", cast.community, note="不归街道", answer="请打供电热线 95598")

    assert Answer.objects.get(ticket=child).kind == "declined"
    assert all_is_well()


def test_answer_of_a_child_is_delivered_for_itself(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    parent, child = pair
    resolve(parent, cast.worker)

    take(current(child), "answer", by=SYSTEM, how="sms")

    assert (current(child).status, current(child).answered_at is not None) == ("merged", True)
    assert current(parent).status == "resolved"


@pytest.mark.parametrize("step_before", ["submitted", "accepted", "on_hold"])
def test_withdrawn_parent_sets_its_child_free_where_it_was(cast: Cast, step_before: str) -> None:
    parent, child = accepted(cast), told(cast)
    if step_before != "submitted":
        step(child, "accept", cast.worker)
    if step_before == "on_hold":
        tomorrow = (clock.now() + timedelta(days=2)).date()
        step(child, "hold", cast.community, review_on=tomorrow, note="等配件")
    child = merge(child, parent, cast.leader)

    take(current(parent), "withdraw", by=RESIDENT)

    assert (current(child).status, current(child).parent) == (step_before, None)
    assert all_is_well()


def test_clock_of_an_unanswered_child_ran_on(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    _parent, child = pair
    due_before = child.resolve_due

    child = step(child, "unmerge", cast.leader, note="不是同一件事")

    assert (child.status, child.resolve_due, child.due_kind) == ("submitted", due_before, "accept")


def test_child_that_is_not_solved_starts_a_fresh_clock(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    parent, child = pair
    resolve(parent, cast.worker)

    with clock.at(clock.now() + timedelta(days=3)):
        child = give_verdict(child, solved=False, comment="我家门口还是黑的")

        assert (child.status, child.parent, child.resolved_at) == ("submitted", None, None)
        assert child.clock_started_at == clock.now()
        assert all_is_well()


def test_child_set_free_from_a_hold_after_an_answer_is_in_progress(cast: Cast) -> None:
    """Its pause belonged to the clock that ended; a review date gone by would never come again."""
    parent, child = accepted(cast), accepted(cast)
    day = (clock.now() + timedelta(days=2)).date()
    child = step(child, "hold", cast.community, review_on=day, note="等配件")
    child = merge(child, parent, cast.leader)
    resolve(parent, cast.worker)

    with clock.at(clock.now() + timedelta(days=5)):
        due.sweep()
        child = give_verdict(child, solved=False)
        due.sweep()

        assert (child.status, child.held_since, child.review_at) == ("accepted", None, None)
        assert all_is_well()


def test_second_answer_of_a_child_that_does_not_arrive_is_noticed_too(
    cast: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    """The parent is reopened and answered again: the child has two answers in one round."""
    parent, child = pair
    resolve(parent, cast.worker)
    with clock.at(clock.now() + timedelta(days=2)):
        due.sweep()
        step(child, "answer", cast.leader, how="phone")
        give_verdict(parent, solved=False, comment="又坏了")
        resolve(parent, cast.community, "又换了一次")
    with clock.at(clock.now() + timedelta(days=4)):
        due.sweep()

        assert Reminder.objects.filter(ticket=child, kind="undelivered").count() == 2
        assert current(child).call_since is not None
        assert all_is_well()


def test_child_without_phone_is_unreachable_after_each_unopened_answer(cast: Cast) -> None:
    parent = accepted(cast)
    child = merge(told(cast, contact_phone=""), parent, cast.leader)
    resolve(parent, cast.worker)
    with clock.at(clock.now() + timedelta(days=8)):
        due.sweep()
        give_verdict(parent, solved=False, comment="又坏了")
        resolve(parent, cast.community, "又换了一次")
    with clock.at(clock.now() + timedelta(days=16)):
        due.sweep()

        assert Answer.objects.filter(ticket=child, unreachable_at__isnull=False).count() == 2
        assert all_is_well()


def test_child_answered_once_stays_merged_when_the_reopened_parent_is_withdrawn(
    cast: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    parent, child = pair
    resolve(parent, cast.worker)
    take(current(child), "answer", by=SYSTEM, how="sms")
    give_verdict(parent, solved=False, comment="又坏了")

    take(current(parent), "withdraw", by=RESIDENT)

    assert current(child).status == "merged"
    assert all_is_well()


def test_call_about_a_child_goes_to_whoever_may_see_it(cast: Cast) -> None:
    """Merged by the community over two grids: the parent's worker cannot open the child's page."""
    parent = told(cast, grid=cast.grid_beside)
    step(parent, "accept", cast.leader_beside)
    child = merge(accepted(cast), parent, cast.community)
    resolve(parent, cast.leader_beside)

    with clock.at(clock.now() + timedelta(days=2)):
        due.sweep()

    told_to_call = Message.objects.filter(kind="undelivered", topic=child.number, channel="in_app")
    assert {message.user for message in told_to_call} == {cast.worker}


# --- refusals ----------------------------------------------------------------------------
def refusal(child: Ticket, parent: Ticket | None, by: User) -> str:
    with pytest.raises(Refused) as refused:
        take(current(child), "merge", by=staff(by), parent=parent)
    return refused.value.field


def test_merging_into_itself_is_refused(cast: Cast) -> None:
    ticket = told(cast)
    assert refusal(ticket, ticket, cast.leader) == "parent"


def test_merging_into_nothing_is_refused(cast: Cast) -> None:
    assert refusal(told(cast), None, cast.leader) == "parent"


def test_merging_into_what_one_may_not_see_is_refused(cast: Cast) -> None:
    assert refusal(told(cast), told(cast, grid=cast.grid_far), cast.leader) == "parent"


@pytest.mark.parametrize("end", ["resolved", "declined", "withdrawn", "merged"])
def test_merging_into_what_is_over_is_refused(cast: Cast, end: str) -> None:
    parent = accepted(cast)
    if end == "resolved":
        resolve(parent, cast.worker)
    elif end == "declined":
        step(parent, "decline", cast.community, note="不归我们", answer="请找物业")
    elif end == "withdrawn":
        take(current(parent), "withdraw", by=RESIDENT)
    else:
        merge(parent, accepted(cast), cast.leader)

    assert refusal(told(cast), current(parent), cast.leader) == "parent"


def test_merging_what_has_children_is_refused(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    parent, _child = pair
    assert refusal(parent, accepted(cast), cast.leader) == "parent"


def test_merging_into_a_complaint_about_staff_is_refused(cast: Cast) -> None:
    """Its answer is not for others' eyes."""
    complaint = told(cast, about_staff=True)
    assert refusal(told(cast), complaint, cast.dispatcher) == "parent"


def test_parent_read_before_it_was_answered_takes_no_child(cast: Cast) -> None:
    parent = accepted(cast)
    old = current(parent)
    resolve(parent, cast.worker)

    assert refusal(told(cast), old, cast.leader) == "parent"


def test_open_request_of_a_merged_ticket_falls_away(cast: Cast) -> None:
    child = accepted(cast)
    child = step(child, "request_extension", cast.worker, hours=24, note="等")

    child = merge(child, accepted(cast), cast.leader)

    assert (child.open_request, child.asked.get().granted) == ("", None)
    assert all_is_well()
