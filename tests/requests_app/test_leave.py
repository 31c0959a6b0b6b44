"""Leave: what is refused, what is seen before, who is told, what goes over."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from grids.models import Leave, User, today
from requests_app.models import Ticket
from requests_app.services import staff, take
from tests.cast import Cast
from tests.factories import make_leave
from tests.requests_app.matters import accepted, told
from wangguan.notify.models import Message

pytestmark = pytest.mark.django_db
ADDRESS = "/worker/me/leave/"


def filled(user: User, deputy: User, **changes: Any) -> dict[str, Any]:
    fields = {
        "starts_on": today().isoformat(),
        "ends_on": (today() + timedelta(days=3)).isoformat(),
        "posts": [post.pk for post in user.posts.all()],
        "deputy": deputy.pk,
    }
    return fields | changes


@pytest.fixture
def signed_in(client: Client, cast: Cast) -> Client:
    client.force_login(cast.worker)
    return client


def kinds(user: User) -> list[str]:
    return sorted(Message.objects.inbox(user).values_list("kind", flat=True))


def refusal(client: Client, fields: dict[str, Any]) -> str:
    response = client.post(ADDRESS, fields | {"confirm": "1"})
    assert (response.status_code, Leave.objects.count()) == (422, 0)
    return " ".join(str(error) for errors in response.context["form"].errors.values() for error in errors)


# --- before ------------------------------------------------------------------------------
def test_preview_writes_nothing(signed_in: Client, cast: Cast) -> None:
    assert signed_in.post(ADDRESS, filled(cast.worker, cast.parttime)).status_code == 200
    assert Leave.objects.count() == 0


def test_preview_shows_what_is_in_my_hands(signed_in: Client, cast: Cast) -> None:
    mine, waiting = accepted(cast), told(cast)
    page = signed_in.post(ADDRESS, filled(cast.worker, cast.parttime)).content.decode()
    assert mine.get_absolute_url() in page
    assert waiting.get_absolute_url() not in page
    assert "九区社区第三网格 专职网格员" in page


def test_preview_shows_decisions_that_wait_for_me(client: Client, cast: Cast) -> None:
    ticket = accepted(cast)
    take(ticket, "request_extension", by=staff(cast.worker), hours=24, note="等配件")
    client.force_login(cast.community)
    page = client.post(ADDRESS, filled(cast.community, cast.community_leader)).content.decode()
    assert ticket.get_absolute_url() in page


def test_decisions_of_another_community_are_not_shown(client: Client, cast: Cast) -> None:
    ticket = accepted(cast)
    take(ticket, "request_extension", by=staff(cast.worker), hours=24, note="等配件")
    client.force_login(cast.community2)
    page = client.post(ADDRESS, filled(cast.community2, cast.director)).content.decode()
    assert ticket.get_absolute_url() not in page


def test_change_it_comes_back_filled_in(signed_in: Client, cast: Cast) -> None:
    page = signed_in.post(ADDRESS, filled(cast.worker, cast.parttime, mend="1"))
    assert page.context["form"]["deputy"].value() == str(cast.parttime.pk)


# --- refused -----------------------------------------------------------------------------
def test_a_past_day_is_refused(signed_in: Client, cast: Cast) -> None:
    yesterday = (today() - timedelta(days=1)).isoformat()
    assert "已经过去" in refusal(signed_in, filled(cast.worker, cast.parttime, starts_on=yesterday))


def test_the_last_day_follows_the_first(signed_in: Client, cast: Cast) -> None:
    later = (today() + timedelta(days=9)).isoformat()
    assert "早于" in refusal(signed_in, filled(cast.worker, cast.parttime, starts_on=later))


@pytest.mark.parametrize("who", ["worker", "worker2", "leader_beside", "department"])
def test_who_serves_elsewhere_and_oneself_are_no_deputies(signed_in: Client, cast: Cast, who: str) -> None:
    assert refusal(signed_in, filled(cast.worker, getattr(cast, who)))


@pytest.mark.parametrize("who", ["leader", "parttime", "community", "director"])
def test_who_serves_there_or_above_stands_in(signed_in: Client, cast: Cast, who: str) -> None:
    response = signed_in.post(ADDRESS, filled(cast.worker, getattr(cast, who), confirm="1"))
    assert response.status_code == 303


def test_an_account_that_is_closed_is_no_deputy(signed_in: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.parttime.pk).update(is_active=False)
    assert refusal(signed_in, filled(cast.worker, cast.parttime))


def test_somebody_elses_post_is_refused(signed_in: Client, cast: Cast) -> None:
    assert refusal(signed_in, filled(cast.worker, cast.parttime, posts=[cast.leader.posts.get().pk]))


def test_a_second_leave_in_that_time_is_refused(signed_in: Client, cast: Cast) -> None:
    make_leave(cast.worker.posts.get(), cast.leader)
    response = signed_in.post(ADDRESS, filled(cast.worker, cast.parttime, confirm="1"))
    assert (response.status_code, Leave.objects.count()) == (422, 1)


def test_a_deputy_who_is_away_is_refused(signed_in: Client, cast: Cast) -> None:
    make_leave(cast.parttime.posts.get(), cast.leader)
    response = signed_in.post(ADDRESS, filled(cast.worker, cast.parttime, confirm="1"))
    assert (response.status_code, Leave.objects.count()) == (422, 1)


# --- marked ------------------------------------------------------------------------------
def test_deputy_and_leader_are_told(signed_in: Client, cast: Cast) -> None:
    signed_in.post(ADDRESS, filled(cast.worker, cast.parttime, confirm="1"))
    assert kinds(cast.parttime) == ["leave_deputy"]
    assert kinds(cast.leader) == ["leave_leader"]
    assert kinds(cast.leader2) == []


def test_the_leader_of_a_grid_is_missed_by_the_community(client: Client, cast: Cast) -> None:
    client.force_login(cast.leader)
    client.post(ADDRESS, filled(cast.leader, cast.worker, confirm="1"))
    assert kinds(cast.community) == ["leave_leader"]


def test_new_matters_go_to_the_deputy(signed_in: Client, cast: Cast) -> None:
    signed_in.post(ADDRESS, filled(cast.worker, cast.parttime, confirm="1"))
    told(cast)
    assert kinds(cast.worker) == []
    assert kinds(cast.parttime) == ["leave_deputy", "new"]


def test_what_is_in_my_hands_stays_in_my_name(signed_in: Client, cast: Cast) -> None:
    ticket = accepted(cast)
    signed_in.post(ADDRESS, filled(cast.worker, cast.parttime, confirm="1"))
    take(ticket, "handle", by=staff(User.objects.get(pk=cast.parttime.pk)), note="去看过")
    assert Ticket.objects.get(pk=ticket.pk).assignee == cast.worker


def test_leader_can_put_all_in_the_deputys_charge(client: Client, cast: Cast) -> None:
    ticket = told(cast)
    take(ticket, "accept", by=staff(cast.leader))
    client.force_login(cast.leader)
    client.post(ADDRESS, filled(cast.leader, cast.worker, confirm="1", assign_now="on"))
    assert Ticket.objects.get(pk=ticket.pk).assignee == cast.worker


def test_what_a_post_may_not_assign_is_said(signed_in: Client, cast: Cast) -> None:
    ticket = accepted(cast)
    fields = filled(cast.worker, cast.parttime, confirm="1", assign_now="on")
    page = signed_in.post(ADDRESS, fields, follow=True).content.decode()
    assert f"{ticket.number}：" in page or f"{ticket.number}: " in page
    assert Ticket.objects.get(pk=ticket.pk).assignee == cast.worker


# --- ended -------------------------------------------------------------------------------
def test_a_leave_that_runs_ends_with_yesterday(signed_in: Client, cast: Cast) -> None:
    leave = make_leave(
        cast.worker.posts.get(), cast.parttime, starts_on=today() - timedelta(days=2), ends_on=today()
    )
    signed_in.post(f"{ADDRESS}{leave.pk}/end/")
    leave.refresh_from_db()
    assert leave.ends_on == today() - timedelta(days=1)
    assert kinds(cast.parttime) == ["leave_over"]


def test_a_leave_to_come_is_taken_away(signed_in: Client, cast: Cast) -> None:
    tomorrow = today() + timedelta(days=1)
    leave = make_leave(cast.worker.posts.get(), cast.parttime, starts_on=tomorrow)
    signed_in.post(f"{ADDRESS}{leave.pk}/end/")
    assert Leave.objects.count() == 0


@pytest.mark.parametrize("who", ["parttime", "leader", "director"])
def test_nobody_else_ends_it(signed_in: Client, cast: Cast, who: str) -> None:
    leave = make_leave(cast.worker.posts.get(), cast.parttime)
    signed_in.force_login(getattr(cast, who))
    assert signed_in.post(f"{ADDRESS}{leave.pk}/end/").status_code == 404
