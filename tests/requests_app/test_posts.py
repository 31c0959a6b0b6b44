"""When a post ends, what it held passes on."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grids.models import Post, Role, User, today
from requests_app.models import Ticket
from requests_app.services import audit, posts, staff, take
from tests.cast import Cast
from tests.factories import make_leave, make_post
from tests.requests_app.matters import accepted, answered, resolved, told
from wangguan import clock
from wangguan.notify.models import Message

pytestmark = pytest.mark.django_db
YESTERDAY = timedelta(days=1)


def end_posts(*people: User) -> None:
    Post.objects.filter(user__in=people).update(ends_on=today() - YESTERDAY)


def in_charge(ticket: Ticket) -> User | None:
    return Ticket.objects.select_related("assignee").get(pk=ticket.pk).assignee


def test_what_an_ended_post_held_passes_to_the_leader(cast: Cast) -> None:
    ticket = accepted(cast)
    end_posts(cast.worker)

    assert posts.reassign_orphans() == 1

    entry = ticket.events.get(step="reassign")
    assert in_charge(ticket) == cast.leader
    assert (entry.actor_kind, entry.detail) == (
        "system",
        {"from": cast.worker.pk, "assignee": cast.leader.pk},
    )
    assert Message.objects.filter(kind="assigned", user=cast.leader, topic=ticket.number).exists()


def test_until_it_passed_on_the_audit_names_it(cast: Cast) -> None:
    ticket = accepted(cast)
    end_posts(cast.worker)

    assert audit.violations() == {"1_person_without_post": [ticket.number]}
    posts.reassign_orphans()
    assert audit.violations() == {}


def test_passing_on_twice_changes_nothing(cast: Cast) -> None:
    accepted(cast)
    end_posts(cast.worker)
    posts.reassign_orphans()

    assert posts.reassign_orphans() == 0


@pytest.mark.parametrize("make", [accepted, resolved, answered])
def test_every_open_state_passes_on(cast: Cast, make: object) -> None:
    ticket = make(cast)  # type: ignore[operator]
    end_posts(cast.worker)
    posts.reassign_orphans()

    assert in_charge(ticket) == cast.leader


def test_held_ticket_passes_on_and_stays_on_hold(cast: Cast) -> None:
    ticket = accepted(cast)
    take(ticket, "hold", by=staff(cast.community), review_on=today() + timedelta(days=9), note="等配件")
    end_posts(cast.worker)
    posts.reassign_orphans()

    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee, ticket.due_kind) == ("on_hold", cast.leader, "review")


def test_first_handler_stays_named(cast: Cast) -> None:
    ticket = accepted(cast)
    end_posts(cast.worker)
    posts.reassign_orphans()

    ticket.refresh_from_db()
    assert ticket.first_handler == cast.worker


def test_person_with_another_post_elsewhere_serves_it_no_more(cast: Cast) -> None:
    ticket = accepted(cast)
    end_posts(cast.worker)
    make_post(cast.worker, Role.FULL_TIME_WORKER, at=cast.grid_far)

    posts.reassign_orphans()

    assert in_charge(ticket) == cast.leader


def test_person_who_moved_up_to_the_community_keeps_it(cast: Cast) -> None:
    ticket = accepted(cast)
    end_posts(cast.worker)
    make_post(cast.worker, Role.COMMUNITY_STAFF, at=cast.community_unit)

    assert posts.reassign_orphans() == 0
    assert in_charge(ticket) == cast.worker


def test_deputy_keeps_what_came_during_the_leave_until_it_ends(cast: Cast) -> None:
    make_leave(Post.objects.get(user=cast.community), cast.worker2)
    ticket = accepted(cast)
    take(ticket, "escalate", by=staff(cast.worker), note="要协调")
    assert (in_charge(ticket), posts.reassign_orphans()) == (cast.worker2, 0)

    with clock.at(clock.now() + timedelta(days=1)):
        assert posts.reassign_orphans() == 1
    assert in_charge(ticket) == cast.community


def test_deputy_of_a_post_that_ended_passes_it_on(cast: Cast) -> None:
    make_leave(Post.objects.get(user=cast.community), cast.worker2, ends_on=today() + timedelta(days=9))
    ticket = accepted(cast)
    take(ticket, "escalate", by=staff(cast.worker), note="要协调")
    end_posts(cast.community)

    posts.reassign_orphans()

    assert in_charge(ticket) == cast.community_leader


def test_deactivated_person_passes_it_on(cast: Cast) -> None:
    ticket = accepted(cast)
    User.objects.filter(pk=cast.worker.pk).update(is_active=False)
    assert set(audit.violations()) == {"1_person", "1_person_without_post"}

    posts.reassign_orphans()

    assert in_charge(ticket) == cast.leader
    assert audit.violations() == {}


def test_grid_without_people_passes_to_the_unit_above(cast: Cast) -> None:
    ticket = accepted(cast)
    end_posts(cast.worker, cast.leader)

    posts.reassign_orphans()

    assert in_charge(ticket) == cast.community


def test_street_without_people_keeps_the_others_moving(cast: Cast) -> None:
    """Nobody is left above; a ticket whose own unit is staffed passes on all the same."""
    stuck, moving = told(cast, grid=None), told(cast)
    take(stuck, "accept", by=staff(cast.community))
    take(moving, "accept", by=staff(cast.worker))
    end_posts(
        cast.worker, cast.community, cast.community_leader, cast.dispatcher, cast.section, cast.director
    )

    assert posts.reassign_orphans() == 1

    assert in_charge(moving) == cast.leader
    assert audit.violations() == {"1_person_without_post": [stuck.number]}


def test_merged_ticket_taken_apart_later_has_somebody_in_charge(cast: Cast) -> None:
    child = accepted(cast)
    take(child, "merge", by=staff(cast.leader), parent=told(cast))
    end_posts(cast.worker)
    take(child, "unmerge", by=staff(cast.leader), note="不是同一件事")

    posts.reassign_orphans()

    assert in_charge(child) == cast.leader
    assert audit.violations() == {}


def test_complaint_passes_to_nobody_it_names(cast: Cast) -> None:
    ticket = told(cast, about_staff=True)
    take(ticket, "reclassify", by=staff(cast.director), named_staff=[cast.dispatcher])
    take(ticket, "accept", by=staff(cast.section))
    end_posts(cast.section)

    posts.reassign_orphans()

    assert in_charge(ticket) == cast.director


def test_looking_for_them_is_one_statement(cast: Cast) -> None:
    accepted(cast)

    with CaptureQueriesContext(connection) as asked:
        assert posts.reassign_orphans() == 0
    assert len(asked) == 1
