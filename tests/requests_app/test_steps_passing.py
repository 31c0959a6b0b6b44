"""Accepting a matter and passing it on: to a person, up, down, aside, or under another heading."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from grids.locate import Place
from grids.models import Line, Post, Role, User, today
from requests_app.models import Category, Ticket
from requests_app.refusals import MovedMeanwhile, UnknownStep
from requests_app.services import RESIDENT, SYSTEM, staff, take
from requests_app.workflow import STEPS
from tests.cast import Cast
from tests.factories import make_leave, make_user
from tests.requests_app.matters import accepted, told
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def refused(ticket: Ticket, step: str, user: User, **fields: Any) -> Refused:
    with pytest.raises(Refused) as refusal:
        take(ticket, step, by=staff(user), **fields)
    return refusal.value


def in_app(kind: str, ticket: Ticket) -> set[User | None]:
    """Who got a message of this kind about the ticket in the portal."""
    sent = Message.objects.filter(kind=kind, topic=ticket.number, channel="in_app").select_related("user")
    return {message.user for message in sent}


# --- accept ------------------------------------------------------------------------------
def test_first_accepter_is_first_handler_and_in_charge(cast: Cast) -> None:
    ticket = told(cast)

    entry = take(ticket, "accept", by=staff(cast.worker))

    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee, ticket.first_handler) == ("accepted", cast.worker, cast.worker)
    assert (ticket.due_kind, ticket.due_at) == ("resolve", ticket.resolve_due)
    assert (entry.from_above, entry.actor_title) == (False, cast.worker.current_posts[0].title)


def test_unit_above_accepts_for_the_one_below_and_the_entry_says_so(cast: Cast) -> None:
    entry = take(told(cast), "accept", by=staff(cast.dispatcher))

    assert entry.from_above


def test_second_accept_is_refused_with_what_can_be_done_instead(cast: Cast) -> None:
    sentence = refused(accepted(cast), "accept", cast.leader).sentence

    assert str(STEPS["resolve"].label) in sentence
    assert str(STEPS["withdraw"].label) not in sentence


def test_unknown_step_is_refused(cast: Cast) -> None:
    with pytest.raises(UnknownStep):
        take(told(cast), "vanish", by=staff(cast.leader))


def test_same_action_again_returns_the_first_entry(cast: Cast) -> None:
    ticket, key = told(cast), uuid4()
    first = take(ticket, "accept", by=staff(cast.worker), action_id=key)

    again = take(Ticket.objects.get(pk=ticket.pk), "accept", by=staff(cast.worker), action_id=key)

    assert (again, ticket.events.count()) == (first, 2)


def test_version_that_was_seen_on_the_page_decides(cast: Cast) -> None:
    ticket = accepted(cast)

    with pytest.raises(MovedMeanwhile):
        take(ticket, "resolve", by=staff(cast.worker), version=1, answer="好了")

    assert take(ticket, "handle", by=staff(cast.worker), version=1, note="到场").note == "到场"


def test_refused_step_leaves_no_entry(cast: Cast) -> None:
    ticket = accepted(cast)

    refused(ticket, "escalate", cast.worker, note="")

    assert ticket.events.count() == 2


# --- assign ------------------------------------------------------------------------------
def test_assigned_person_is_told(cast: Cast) -> None:
    ticket = told(cast)

    take(ticket, "assign", by=staff(cast.leader), assignee=cast.specialist)

    assert (ticket.status, ticket.assignee) == ("submitted", cast.specialist)
    assert in_app("assigned", ticket) == {cast.specialist}


def test_assigning_somebody_on_leave_tells_the_deputy(cast: Cast) -> None:
    ticket = told(cast)
    make_leave(Post.objects.get(user=cast.parttime), cast.specialist)

    take(ticket, "assign", by=staff(cast.leader), assignee=cast.parttime)

    assert in_app("assigned", ticket) == {cast.specialist}


@pytest.mark.parametrize(
    "name", ["worker2", "leader_beside", "community2", "dispatcher", "department", "auditor"]
)
def test_assigning_somebody_who_does_not_serve_there_is_refused(cast: Cast, name: str) -> None:
    assert refused(told(cast), "assign", cast.leader, assignee=getattr(cast, name)).field == "assignee"


def test_assigning_nobody_is_refused(cast: Cast) -> None:
    assert refused(told(cast), "assign", cast.leader, assignee=None).field == "assignee"


def test_assigning_somebody_inactive_is_refused(cast: Cast) -> None:
    User.objects.filter(pk=cast.worker.pk).update(is_active=False)
    assert refused(told(cast), "assign", cast.leader, assignee=User.objects.get(pk=cast.worker.pk))


def test_complaint_is_not_assigned_to_somebody_it_names(cast: Cast) -> None:
    ticket = told(cast, about_staff=True)
    take(ticket, "reclassify", by=staff(cast.director), named_staff=[cast.dispatcher])

    assert refused(ticket, "assign", cast.section, assignee=cast.dispatcher).field == "assignee"


def test_complaint_is_not_assigned_outside_the_street(cast: Cast) -> None:
    ticket = told(cast, about_staff=True)

    assert refused(ticket, "assign", cast.director, assignee=cast.community).field == "assignee"


# --- up and down -------------------------------------------------------------------------
def test_accepted_ticket_that_climbs_is_in_the_charge_of_the_duty_person(cast: Cast) -> None:
    ticket = accepted(cast)

    entry = take(ticket, "escalate", by=staff(cast.worker), note="要协调")

    assert (ticket.status, ticket.level, ticket.assignee) == ("accepted", "community", cast.community)
    assert (entry.from_unit, entry.to_unit) == (cast.grid.code, cast.community_unit.code)
    assert in_app("came_up", ticket) == {cast.community}


def test_submitted_ticket_that_climbs_waits_for_the_new_unit(cast: Cast) -> None:
    ticket = told(cast)

    take(ticket, "escalate", by=staff(cast.worker), note="要协调")

    assert (ticket.status, ticket.assignee) == ("submitted", None)
    assert in_app("came_up", ticket) == {cast.community, cast.community_leader}


def test_climbing_goes_to_the_deputy_of_the_duty_person(cast: Cast) -> None:
    ticket = accepted(cast)
    make_leave(Post.objects.get(user=cast.community), cast.community2)

    take(ticket, "escalate", by=staff(cast.worker), note="要协调")

    assert ticket.assignee == cast.community2


def test_community_without_staff_leaves_the_duty_to_the_street(cast: Cast) -> None:
    ticket = accepted(cast)
    Post.objects.filter(user__in=[cast.community, cast.community_leader]).delete()

    take(ticket, "escalate", by=staff(cast.worker), note="要协调")

    assert (ticket.level, ticket.assignee) == ("community", cast.dispatcher)


def test_climbing_where_nobody_is_in_any_post_is_refused(cast: Cast) -> None:
    ticket = accepted(cast)
    Post.objects.exclude(user=cast.worker).delete()

    refused(ticket, "escalate", cast.worker, note="要协调")

    assert Ticket.objects.get(pk=ticket.pk).level == "grid"


def test_street_gets_it_in_the_section_of_its_line(cast: Cast) -> None:
    lights = Category.objects.create(code="6-2", name="路灯", urgency="C", line=Line.CITY)
    city = make_user("city", post=Role.SECTION_STAFF, at=cast.street, sections=[Line.CITY])
    ticket = told(cast, category=lights)
    take(ticket, "accept", by=staff(cast.community))
    take(ticket, "escalate", by=staff(cast.community), note="要协调")

    take(ticket, "escalate", by=staff(cast.community), note="要协调")

    assert (ticket.section, ticket.unit_code, ticket.assignee) == (Line.CITY, "street:city", city)


def test_sent_back_ticket_is_in_the_charge_of_the_unit_below(cast: Cast) -> None:
    ticket = accepted(cast)
    take(ticket, "escalate", by=staff(cast.worker), note="要协调")

    take(ticket, "send_back", by=staff(cast.community), note="网格可办")

    assert (ticket.level, ticket.section, ticket.assignee) == ("grid", "", cast.leader)
    assert in_app("came_over", ticket) == {cast.leader}


def test_first_handler_stays_however_far_it_goes(cast: Cast) -> None:
    ticket = accepted(cast)
    take(ticket, "escalate", by=staff(cast.worker), note="要协调")
    take(ticket, "escalate", by=staff(cast.community), note="要协调")
    take(ticket, "hand_over", by=staff(cast.dispatcher), target=cast.grid_far, note="误送")
    take(ticket, "assign", by=staff(cast.leader2), assignee=cast.worker2)

    ticket.refresh_from_db()
    assert (ticket.first_handler, ticket.assignee) == (cast.worker, cast.worker2)


@pytest.mark.parametrize("step", ["escalate", "send_back", "hand_over", "decline"])
def test_staff_say_why(cast: Cast, step: str) -> None:
    ticket = accepted(cast)
    take(ticket, "escalate", by=staff(cast.worker), note="要协调")

    refusal = refused(ticket, step, cast.dispatcher, note="  ", target=cast.grid_far, answer="请找物业")

    assert refusal.field == "note"


# --- aside -------------------------------------------------------------------------------
def test_handed_over_to_a_grid_is_in_the_charge_of_its_leader(cast: Cast) -> None:
    ticket = accepted(cast)

    take(ticket, "hand_over", by=staff(cast.leader), target=cast.grid_far, note="地址在青龙山")

    assert (ticket.level, ticket.grid, ticket.community) == ("grid", cast.grid_far, cast.community_unit2)
    assert ticket.assignee == cast.leader2


def test_handed_over_to_a_community_has_no_grid(cast: Cast) -> None:
    ticket = accepted(cast)

    take(ticket, "hand_over", by=staff(cast.community), target=cast.community_unit2, note="误送")

    assert (ticket.level, ticket.grid, ticket.assignee) == ("community", None, cast.community2)


def test_street_desk_hands_over_to_a_grid(cast: Cast) -> None:
    ticket = told(cast, place=Place())

    take(ticket, "hand_over", by=staff(cast.dispatcher), target=cast.grid, note="在三网格")

    assert (ticket.level, ticket.section, ticket.assignee) == ("grid", "", None)
    assert in_app("came_over", ticket) == {cast.leader, cast.worker}


def test_handing_over_to_the_holder_is_refused(cast: Cast) -> None:
    assert refused(accepted(cast), "hand_over", cast.leader, target=cast.grid, note="误送").field == "grid"


def test_handing_over_to_nobody_is_refused(cast: Cast) -> None:
    assert refused(accepted(cast), "hand_over", cast.leader, target=None, note="误送").field == "grid"


def test_handing_over_drops_what_was_asked_of_the_unit_above(cast: Cast) -> None:
    ticket = accepted(cast)
    take(ticket, "request_extension", by=staff(cast.worker), hours=24, note="等配件")

    take(ticket, "hand_over", by=staff(cast.leader), target=cast.grid_far, note="误送")

    asked = ticket.asked.get()
    assert (ticket.open_request, asked.granted) == ("", None)
    assert asked.decided_at is not None


# --- reclassify --------------------------------------------------------------------------
@pytest.fixture
def monday_ticket(cast: Cast) -> Ticket:
    """Told on a Monday at nine, urgency C: due five working days later."""
    with clock.at(MONDAY):
        return told(cast)


def hours_later(hours: float) -> Any:
    return clock.at(MONDAY + timedelta(hours=hours))


def test_reclassified_deadline_counts_from_arrival(cast: Cast, monday_ticket: Ticket) -> None:
    with hours_later(1):
        take(monday_ticket, "reclassify", by=staff(cast.leader), urgency="B")

    assert monday_ticket.resolve_due == MONDAY + timedelta(hours=24)


def test_reclassified_deadline_is_never_before_now_and_the_limit_to_accept(
    cast: Cast, monday_ticket: Ticket
) -> None:
    with hours_later(30):
        take(monday_ticket, "reclassify", by=staff(cast.community), urgency="A")

    assert monday_ticket.resolve_due == MONDAY + timedelta(hours=30, minutes=30)
    assert monday_ticket.accept_due == MONDAY + timedelta(hours=30, minutes=30)


def test_leader_gives_no_later_deadline(cast: Cast, monday_ticket: Ticket) -> None:
    with hours_later(1):
        assert refused(monday_ticket, "reclassify", cast.leader, urgency="D").field == "urgency"


def test_leader_near_the_deadline_gains_no_time_by_a_stricter_urgency(
    cast: Cast, monday_ticket: Ticket
) -> None:
    due_at = monday_ticket.resolve_due
    assert due_at
    with clock.at(due_at - timedelta(minutes=5)):
        assert refused(monday_ticket, "reclassify", cast.leader, urgency="A").field == "urgency"


def test_community_gives_a_later_deadline(cast: Cast, monday_ticket: Ticket) -> None:
    with hours_later(1):
        take(monday_ticket, "reclassify", by=staff(cast.community), urgency="D")

    assert monday_ticket.resolve_due == MONDAY + timedelta(weeks=3)


def test_new_category_brings_its_urgency_and_line(cast: Cast, monday_ticket: Ticket) -> None:
    gas = Category.objects.create(code="10-4", name="燃气隐患", urgency="A", line=Line.SAFETY)

    with hours_later(1):
        take(monday_ticket, "reclassify", by=staff(cast.leader), category=gas)

    assert (monday_ticket.urgency, monday_ticket.line) == ("A", Line.SAFETY)


def test_ticket_of_the_street_changes_its_section_with_its_line(cast: Cast) -> None:
    gas = Category.objects.create(code="10-4", name="燃气隐患", urgency="A", line=Line.SAFETY)
    ticket = told(cast, place=Place())

    take(ticket, "reclassify", by=staff(cast.dispatcher), category=gas)

    assert ticket.section == Line.SAFETY


def test_reclassifying_nothing_is_refused(cast: Cast) -> None:
    assert refused(told(cast), "reclassify", cast.leader).field == "category"


def test_only_complaints_name_people(cast: Cast) -> None:
    assert refused(told(cast), "reclassify", cast.director, named_staff=[cast.worker]).field == "named_staff"


# --- who else ----------------------------------------------------------------------------
@pytest.mark.parametrize("actor", [RESIDENT, SYSTEM])
def test_resident_and_system_do_not_pass_on(cast: Cast, actor: Any) -> None:
    with pytest.raises(Refused):
        take(accepted(cast), "escalate", by=actor, note="要协调")


def test_person_whose_post_ended_passes_nothing_on(cast: Cast) -> None:
    ticket = accepted(cast)
    Post.objects.filter(user=cast.worker).update(ends_on=today() - timedelta(days=1))

    assert refused(ticket, "escalate", User.objects.get(pk=cast.worker.pk), note="要协调")
