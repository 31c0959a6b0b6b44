"""Who sees which ticket, from the outsider's side first."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from grids.locate import Place
from grids.models import Line, Post, Role, User, today
from requests_app import access
from requests_app.models import Ticket
from requests_app.services import staff, take
from requests_app.workflow import STEPS
from tests.cast import ROLES, Cast
from tests.factories import make_leave, make_post, make_user
from tests.requests_app.matters import accepted, told
from wangguan import clock

pytestmark = pytest.mark.django_db

GRID = {"leader", "worker", "instructor"}
COMMUNITY = {"community", "community_leader"}
STREET = {"dispatcher", "section", "director", "auditor"}
FAR = {"leader2", "worker2"}


def who_sees(ticket: Ticket) -> set[str]:
    """Names of everybody of the cast whom the only door lets through to this ticket."""
    users = User.objects.filter(username__in=ROLES)
    return {user.username for user in users if Ticket.objects.visible_to(user).filter(pk=ticket.pk).exists()}


def fresh(user: User) -> User:
    """The same person at their next request: posts are read anew."""
    return User.objects.get(pk=user.pk)


def sees(user: User, ticket: Ticket) -> bool:
    return Ticket.objects.visible_to(fresh(user)).filter(pk=ticket.pk).exists()


def may(user: User, step: str, ticket: Ticket) -> bool:
    return access.may(fresh(user), STEPS[step], ticket)


# --- where the ticket is -----------------------------------------------------------------
def test_grid_ticket_is_seen_by_its_own_line_only(cast: Cast) -> None:
    assert who_sees(told(cast)) == GRID | COMMUNITY | STREET


def test_community_desk_ticket_is_not_seen_by_grids(cast: Cast) -> None:
    assert who_sees(told(cast, grid=None)) == COMMUNITY | STREET


def test_street_desk_ticket_is_seen_by_the_street_only(cast: Cast) -> None:
    assert who_sees(told(cast, place=Place())) == STREET


def test_climbed_ticket_is_still_seen_by_those_who_held_it(cast: Cast) -> None:
    ticket = accepted(cast)
    take(ticket, "escalate", by=staff(cast.worker), note="要协调")
    take(ticket, "escalate", by=staff(cast.community), note="要协调")

    assert who_sees(ticket) == GRID | COMMUNITY | STREET
    assert not may(cast.leader, "resolve", ticket)
    assert not may(cast.community, "resolve", ticket)


def test_handed_over_ticket_is_seen_by_both_grids_and_moved_by_the_new_one(cast: Cast) -> None:
    ticket = accepted(cast)

    take(ticket, "hand_over", by=staff(cast.leader), target=cast.grid_far, note="地址在青龙山")

    assert who_sees(ticket) == GRID | COMMUNITY | STREET | FAR | {"community2"}
    assert may(cast.leader2, "resolve", ticket)
    assert not may(cast.leader, "resolve", ticket)
    assert not may(cast.community, "send_back", ticket)


def test_parttime_worker_and_specialist_see_only_what_is_in_their_charge(cast: Cast) -> None:
    ticket = told(cast)
    for person in (cast.parttime, cast.specialist):
        assert not sees(person, ticket)
        take(ticket, "assign", by=staff(cast.leader), assignee=person)
        assert sees(person, ticket)
    assert not sees(cast.parttime, ticket)


def test_department_sees_nothing_and_may_nothing(cast: Cast) -> None:
    ticket = told(cast)

    assert not sees(cast.department, ticket)
    assert access.allowed_steps(cast.department, ticket) == []


def test_auditor_sees_all_and_moves_nothing(cast: Cast) -> None:
    ticket = told(cast)

    assert sees(cast.auditor, ticket)
    assert access.allowed_steps(cast.auditor, ticket) == []


def test_instructor_reads_the_grid_and_adds_notes(cast: Cast) -> None:
    ticket = accepted(cast)

    assert sees(cast.instructor, ticket)
    assert [step.name for step in access.allowed_steps(cast.instructor, ticket)] == ["handle", "remark"]


def test_stranger_sees_nothing(cast: Cast) -> None:
    told(cast)
    nobody = make_user("nobody")

    assert not Ticket.objects.visible_to(AnonymousUser()).exists()
    assert not Ticket.objects.visible_to(nobody).exists()


# --- complaints about staff --------------------------------------------------------------
def test_complaint_about_staff_is_seen_by_the_street_only(cast: Cast) -> None:
    ticket = told(cast, about_staff=True)

    assert (ticket.level, ticket.grid) == ("street", cast.grid)
    assert who_sees(ticket) == STREET


def test_complaint_is_hidden_from_those_it_names(cast: Cast) -> None:
    ticket = told(cast, about_staff=True)

    take(ticket, "reclassify", by=staff(cast.director), named_staff=[cast.dispatcher, cast.leader])

    assert who_sees(ticket) == STREET - {"dispatcher"}
    assert access.allowed_steps(cast.dispatcher, ticket) == []


def test_complaint_in_the_charge_of_somebody_it_names_passes_on(cast: Cast) -> None:
    ticket = told(cast, about_staff=True)
    take(ticket, "accept", by=staff(cast.dispatcher))

    take(ticket, "reclassify", by=staff(cast.director), named_staff=[cast.dispatcher])

    assert ticket.assignee == cast.section
    assert sees(cast.section, ticket)


# --- posts begin and end -----------------------------------------------------------------
def end_post(user: User) -> None:
    Post.objects.filter(user=user).update(ends_on=today() - timedelta(days=1))


@pytest.mark.parametrize("name", sorted(GRID | COMMUNITY | STREET))
def test_ended_post_sees_nothing(cast: Cast, name: str) -> None:
    ticket, person = accepted(cast), getattr(cast, name)

    end_post(person)

    assert not sees(person, ticket)
    assert access.allowed_steps(fresh(person), ticket) == []


def test_person_in_charge_without_a_post_sees_nothing(cast: Cast) -> None:
    ticket = told(cast)
    take(ticket, "assign", by=staff(cast.leader), assignee=cast.parttime)

    end_post(cast.parttime)

    assert not sees(cast.parttime, ticket)
    assert not may(cast.parttime, "accept", ticket)


def test_post_that_begins_tomorrow_sees_nothing_today(cast: Cast) -> None:
    ticket, newcomer = told(cast), make_user("newcomer")
    make_post(newcomer, Role.FULL_TIME_WORKER, at=cast.grid, starts_on=today() + timedelta(days=1))

    assert not sees(newcomer, ticket)
    with clock.at(clock.now() + timedelta(days=1)):
        assert sees(newcomer, ticket)


def test_deactivated_person_sees_nothing(cast: Cast) -> None:
    ticket = told(cast)
    User.objects.filter(pk=cast.leader.pk).update(is_active=False)

    assert not sees(cast.leader, ticket)
    assert not may(cast.leader, "accept", ticket)


# --- deputies ----------------------------------------------------------------------------
def post_of(user: User) -> Post:
    return Post.objects.get(user=user)


def test_deputy_sees_and_acts_during_leave_only(cast: Cast) -> None:
    ticket = told(cast)
    make_leave(post_of(cast.leader), cast.worker2)

    assert sees(cast.worker2, ticket)
    assert may(cast.worker2, "assign", ticket)
    with clock.at(clock.now() + timedelta(days=1)):
        assert not sees(cast.worker2, ticket)
        assert not may(cast.worker2, "assign", ticket)


def test_deputy_of_a_parttime_worker_has_their_charge(cast: Cast) -> None:
    ticket = told(cast)
    take(ticket, "assign", by=staff(cast.leader), assignee=cast.parttime)
    make_leave(post_of(cast.parttime), cast.specialist)

    assert sees(cast.specialist, ticket)
    assert may(cast.specialist, "accept", ticket)


def test_deputy_of_a_parttime_worker_has_no_charge_in_another_grid(cast: Cast) -> None:
    make_post(cast.parttime, Role.PART_TIME_WORKER, at=cast.grid_far)
    ticket = told(cast, grid=cast.grid_far)
    take(ticket, "assign", by=staff(cast.leader2), assignee=fresh(cast.parttime))
    make_leave(Post.objects.get(user=cast.parttime, grid=cast.grid), cast.specialist)

    assert not sees(cast.specialist, ticket)
    assert not may(cast.specialist, "accept", ticket)


def test_deputy_of_section_staff_acts_for_their_section(cast: Cast) -> None:
    ticket = told(cast, about_staff=True)
    make_leave(post_of(cast.section), cast.community2)

    assert ticket.section == Line.LIVELIHOOD
    assert may(cast.community2, "accept", ticket)


def test_deputy_of_a_post_that_ended_sees_nothing(cast: Cast) -> None:
    ticket = told(cast)
    make_leave(post_of(cast.leader), cast.worker2)

    end_post(cast.leader)

    assert not sees(cast.worker2, ticket)


def test_deputy_named_in_the_complaint_sees_nothing(cast: Cast) -> None:
    ticket = told(cast, about_staff=True)
    make_leave(post_of(cast.section), cast.worker)
    take(ticket, "reclassify", by=staff(cast.director), named_staff=[cast.worker])

    assert not sees(cast.worker, ticket)
    assert access.allowed_steps(fresh(cast.worker), ticket) == []


# --- both doors agree --------------------------------------------------------------------
def test_whoever_may_take_a_step_sees_the_ticket(cast: Cast) -> None:
    tickets = [
        told(cast),
        told(cast, grid=cast.grid_far),
        told(cast, grid=None),
        told(cast, about_staff=True),
    ]
    take(tickets[0], "assign", by=staff(cast.leader), assignee=cast.parttime)
    take(tickets[1], "hand_over", by=staff(cast.leader2), target=cast.community_unit, note="误送")

    for ticket in tickets:
        acting = {name for name in ROLES if access.allowed_steps(getattr(cast, name), ticket)}
        assert acting <= who_sees(ticket)


def test_door_costs_the_same_for_many_tickets(cast: Cast, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        told(cast)
    leader = fresh(cast.leader)

    with django_assert_num_queries(2):
        assert len(Ticket.objects.visible_to(leader)) == 3


def test_once_held_is_remembered_in_codes_of_units(cast: Cast) -> None:
    ticket = accepted(cast)
    take(ticket, "hand_over", by=staff(cast.leader), target=cast.grid_far, note="误送")

    assert ticket.held_by == sorted(
        [cast.grid.code, cast.community_unit.code, cast.grid_far.code, cast.community_unit2.code]
    )
