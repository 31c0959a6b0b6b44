"""Taking back one's own last step: everything as it was, nobody told, for twelve seconds and no longer."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from grids.models import User
from requests_app import access
from requests_app.models import Ticket, TicketEvent
from requests_app.refusals import MovedMeanwhile
from requests_app.services import RESIDENT, SYSTEM, Actor, add_note, audit, due, staff, take
from requests_app.services.change import DERIVED
from requests_app.services.posts import reassign_orphans
from requests_app.workflow import STEPS
from tests.cast import Cast
from tests.requests_app.five_rules import broken
from tests.requests_app.matters import accepted, resolved, told
from wangguan import clock
from wangguan.notify import delivery
from wangguan.notify.models import Message, State
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db


def current(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_related("grid", "community", "category", "assignee").get(pk=ticket.pk)


def step(ticket: Ticket, name: str, by: User, **fields: Any) -> TicketEvent:
    return take(current(ticket), name, by=staff(by), **fields)


def columns(ticket: Ticket) -> dict[str, Any]:
    """All that an undo has to bring back."""
    found = Ticket.objects.filter(pk=ticket.pk).values().get()
    return {name: value for name, value in found.items() if name not in {"version", *DERIVED}}


def states(ticket: Ticket, kind: str) -> set[str]:
    return set(Message.objects.filter(topic=ticket.number, kind=kind).values_list("state", flat=True))


def all_is_well() -> bool:
    due.sweep()
    return audit.violations() == {} and broken(clock.now()) == []


def test_acceptance_is_taken_back(cast: Cast) -> None:
    ticket = told(cast)
    before, waits_for = columns(ticket), (ticket.due_at, ticket.due_kind)
    step(ticket, "accept", cast.worker)

    step(ticket, "undo", cast.worker)

    ticket = current(ticket)
    assert columns(ticket) == before
    assert (ticket.due_at, ticket.due_kind) == waits_for
    assert (ticket.status, ticket.first_handler, ticket.accepted_at) == ("submitted", None, None)
    assert all_is_well()


def test_another_may_accept_after_it_and_is_first_handler(cast: Cast) -> None:
    ticket = told(cast)
    step(ticket, "accept", cast.worker)
    step(ticket, "undo", cast.worker)

    step(ticket, "accept", cast.leader)

    assert current(ticket).first_handler == cast.leader
    assert all_is_well()


@pytest.mark.parametrize("make", [told, accepted])
def test_assignment_is_taken_back(cast: Cast, make: Any) -> None:
    ticket = make(cast)
    before = columns(ticket)
    step(ticket, "assign", cast.leader, assignee=cast.specialist)

    step(ticket, "undo", cast.leader)

    assert columns(ticket) == before
    assert states(ticket, "assigned") == {State.CANCELLED}
    assert not Ticket.objects.visible_to(cast.specialist).exists()
    assert all_is_well()


@pytest.mark.parametrize("make", [told, accepted])
@pytest.mark.parametrize("unit", ["grid_far", "community_unit"])
def test_handing_over_is_taken_back(cast: Cast, make: Any, unit: str) -> None:
    """Whom it went to by mistake has neither heard of it nor sees it."""
    ticket = make(cast)
    before = columns(ticket)
    step(ticket, "hand_over", cast.community, target=getattr(cast, unit), note="不归我们")

    step(ticket, "undo", cast.community)

    assert columns(ticket) == before
    assert states(ticket, "came_over") == {State.CANCELLED}
    assert not Ticket.objects.visible_to(cast.worker2).exists()
    assert all_is_well()


def test_handing_over_from_the_street_is_taken_back(cast: Cast) -> None:
    ticket = accepted(cast)
    for _rung in range(2):
        step(ticket, "escalate", cast.dispatcher, note="协调")
    before = columns(ticket)
    step(ticket, "hand_over", cast.dispatcher, target=cast.grid_far, note="归他们")

    step(ticket, "undo", cast.dispatcher)

    assert columns(ticket) == before
    assert (current(ticket).level, current(ticket).section) == ("street", "livelihood")
    assert all_is_well()


def test_request_that_fell_away_stands_again(cast: Cast) -> None:
    ticket = accepted(cast)
    step(ticket, "request_extension", cast.worker, hours=24, note="等配件")
    step(ticket, "hand_over", cast.leader, target=cast.grid_beside, note="归他们")

    step(ticket, "undo", cast.leader)

    assert current(ticket).open_request == "extension"
    assert current(ticket).asked.get().decided_at is None
    assert all_is_well()


def test_undo_is_an_entry_of_its_own(cast: Cast) -> None:
    ticket = told(cast)
    step(ticket, "accept", cast.worker)

    entry = step(ticket, "undo", cast.worker)

    assert (entry.version, entry.from_status, entry.to_status) == (3, "accepted", "submitted")
    assert (entry.actor, entry.detail) == (cast.worker, {"undone": "accept"})


# --- messages ----------------------------------------------------------------------------
def test_messages_wait_until_the_step_stands(cast: Cast) -> None:
    ticket = told(cast)
    step(ticket, "assign", cast.leader, assignee=cast.specialist)
    assert states(ticket, "assigned") == {State.QUEUED}

    with clock.at(clock.now() + timedelta(seconds=13)):
        for message in Message.objects.filter(kind="assigned"):
            assert message.not_before <= clock.now()
    assert not Message.objects.unread(cast.specialist).exists()


@pytest.mark.django_db(transaction=True)
def test_messages_are_told_once_the_seconds_are_over(cast: Cast) -> None:
    ticket = told(cast)
    step(ticket, "assign", cast.leader, assignee=cast.specialist)
    keys = list(Message.objects.filter(kind="assigned").values_list("key", flat=True))

    with clock.at(clock.now() + timedelta(seconds=13)):
        delivery.deliver_many(keys)

    assert Message.objects.unread(cast.specialist).count() == 1


def test_what_is_being_told_is_not_taken_back(cast: Cast) -> None:
    ticket = told(cast)
    step(ticket, "assign", cast.leader, assignee=cast.specialist)
    Message.objects.filter(kind="assigned").update(state=State.SENT, sent_at=clock.now())

    with pytest.raises(Refused, match="来不及"):
        step(ticket, "undo", cast.leader)
    assert current(ticket).assignee == cast.specialist


def test_step_that_cannot_be_taken_back_tells_at_once(cast: Cast) -> None:
    ticket = accepted(cast)
    step(ticket, "escalate", cast.worker, note="协调")
    assert states(ticket, "came_up") == {State.SENT}


# --- refusals ----------------------------------------------------------------------------
def refusal(ticket: Ticket, by: Actor) -> str:
    with pytest.raises(Refused) as refused:
        take(current(ticket), "undo", by=by)
    return refused.value.sentence


def test_undo_is_for_twelve_seconds(cast: Cast) -> None:
    ticket = accepted(cast)
    until = current(ticket).undo_until
    assert until is not None

    with clock.at(until):
        assert access.may(cast.worker, STEPS["undo"], current(ticket))
    with clock.at(until + timedelta(seconds=1)):
        assert not access.may(cast.worker, STEPS["undo"], current(ticket))
        assert refusal(ticket, staff(cast.worker)).startswith("来不及撤销了")


def test_undo_is_for_whoever_took_the_step(cast: Cast) -> None:
    ticket = accepted(cast)
    for other in (staff(cast.leader), staff(cast.director), RESIDENT, SYSTEM):
        assert refusal(ticket, other) == "只有刚才办这一步的人可以撤销。"


@pytest.mark.parametrize("make", [told, resolved])
def test_other_steps_are_not_taken_back(cast: Cast, make: Any) -> None:
    assert refusal(make(cast), staff(cast.worker)) == "没有可以撤销的：这件事已经往下走了。"


def test_moved_matter_is_not_taken_back(cast: Cast) -> None:
    ticket = accepted(cast)
    page = current(ticket)
    step(ticket, "escalate", cast.leader, note="协调")

    with pytest.raises(MovedMeanwhile):
        take(page, "undo", by=staff(cast.worker))
    assert refusal(ticket, staff(cast.worker)) == "没有可以撤销的：这件事已经往下走了。"


def test_undo_is_not_taken_back(cast: Cast) -> None:
    ticket = accepted(cast)
    step(ticket, "undo", cast.worker)
    assert refusal(ticket, staff(cast.worker)) == "没有可以撤销的：这件事已经往下走了。"


def test_ended_post_ends_the_way_back(cast: Cast) -> None:
    ticket = accepted(cast)
    cast.worker.posts.update(ends_on=clock.now().date() - timedelta(days=2))
    reassign_orphans()
    assert refusal(ticket, staff(User.objects.get(pk=cast.worker.pk))).startswith("没有可以撤销的")


def test_note_meanwhile_does_not_stand_in_the_way(cast: Cast) -> None:
    ticket = accepted(cast)
    add_note(ticket, words="补充一句")
    step(ticket, "handle", cast.leader, note="看过了")

    step(ticket, "undo", cast.worker)

    assert current(ticket).status == "submitted"
    assert all_is_well()


def test_same_undo_twice_is_one(cast: Cast) -> None:
    ticket, key = accepted(cast), uuid4()
    first = step(ticket, "undo", cast.worker, action_id=key)

    assert step(ticket, "undo", cast.worker, action_id=key) == first
    assert current(ticket).version == 3


def test_complaint_about_staff_is_taken_back_too(cast: Cast) -> None:
    ticket = told(cast, about_staff=True)
    step(ticket, "assign", cast.dispatcher, assignee=cast.section)

    step(ticket, "undo", cast.dispatcher)

    assert current(ticket).assignee is None
