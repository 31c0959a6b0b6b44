"""Announcements: who writes where, who is told, when it goes out, who has read it."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

from grids.models import Grid, Role
from requests_app.announcements import services, tasks
from requests_app.announcements.models import Announcement, Reader
from tests.cast import Cast
from tests.factories import make_leave, make_user
from tests.race import at_once
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db

OFFICE = "/admin/announcements/"


def _write(cast: Cast, **fields: Any) -> Announcement:
    values: dict[str, Any] = {
        "by": cast.dispatcher,
        "title": "周六清楼道",
        "text": "九点集合。",
        "grids": [cast.grid],
        "publish_at": None,
        "to_robot": True,
        "form_id": uuid4(),
    }
    return services.write(**{**values, **fields})


def _told(announcement: Announcement) -> set[str]:
    return set(announcement.readers.values_list("user__username", flat=True))


# --- going out ---------------------------------------------------------------------------
def test_everybody_who_serves_the_grid_is_told_at_once(cast: Cast) -> None:
    announcement = _write(cast)
    assert _told(announcement) == {"leader", "worker", "parttime", "specialist", "instructor"}
    told = Message.objects.filter(kind="announcement", channel="in_app")
    assert set(told.values_list("user__username", flat=True)) == _told(announcement)


def test_a_deputy_is_told_in_place_of_the_holder(cast: Cast) -> None:
    deputy = make_user("deputy", post=Role.PART_TIME_WORKER, at=cast.grid_far)
    make_leave(post=cast.leader.posts.get(), deputy=deputy)
    assert "deputy" in _told(_write(cast))
    assert "leader" not in _told(Announcement.objects.get())


def test_the_robot_says_the_whole_text_where_a_grid_has_one(cast: Cast) -> None:
    Grid.objects.filter(pk=cast.grid.pk).update(wecom_robot_key="robot")
    _write(cast, grids=[Grid.objects.get(pk=cast.grid.pk), cast.grid_beside])
    robot = Message.objects.get(channel="wecom")
    assert (robot.text, robot.to) == ("九点集合。", "robot")


@pytest.mark.parametrize(
    ("state", "words"),
    [("sent", "the robot said it"), ("dead", "did not take it"), ("unknown", "perhaps"), ("failed", "again")],
)
def test_the_office_sees_what_became_of_each_robots_message(
    client: Client, cast: Cast, state: str, words: str
) -> None:
    Grid.objects.filter(pk=cast.grid.pk).update(wecom_robot_key="key-of-a-robot")
    row = _write(cast, grids=[Grid.objects.get(pk=cast.grid.pk), cast.grid_beside])
    Message.objects.filter(channel="wecom").update(state=state, sent_at=clock.now())
    client.force_login(cast.dispatcher)
    page = client.get(f"{OFFICE}{row.pk}/")
    robots = {place.grid: robot for place, robot in page.context["places"]}
    assert robots[cast.grid_beside] is None
    with translation.override("en"):
        said = render_to_string("announcements/robot.html", {"robot": robots[cast.grid]})
    assert words in said
    assert "key-of-a-robot" not in page.content.decode()


def test_one_with_a_time_waits_for_it_and_goes_out_once(cast: Cast) -> None:
    announcement = _write(cast, publish_at=clock.now() + timedelta(hours=1))
    assert tasks.publish_announcements() == 0
    assert not Message.objects.exists()
    with clock.at(clock.now() + timedelta(hours=2)):
        assert (tasks.publish_announcements(), tasks.publish_announcements()) == (1, 0)
    assert _told(announcement)


def test_one_withdrawn_before_its_time_never_goes_out(cast: Cast) -> None:
    announcement = _write(cast, publish_at=clock.now() + timedelta(hours=1))
    services.withdraw(announcement, by=cast.dispatcher)
    with clock.at(clock.now() + timedelta(hours=2)):
        assert tasks.publish_announcements() == 0


def test_the_same_form_twice_is_one_announcement(cast: Cast) -> None:
    form = UUID(int=7)
    assert _write(cast, form_id=form) == _write(cast, form_id=form)
    assert Message.objects.filter(user=cast.leader).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_it_once(cast: Cast) -> None:
    _write(cast, publish_at=clock.now() + timedelta(seconds=1))
    Announcement.objects.update(publish_at=clock.now() - timedelta(seconds=1))
    assert sum(at_once(services.publish_due, services.publish_due)) == 1


# --- whose ---------------------------------------------------------------------------------
def test_a_community_announces_in_its_own_grids_only(cast: Cast) -> None:
    assert _write(cast, by=cast.community)
    with pytest.raises(Refused):
        _write(cast, by=cast.community, grids=[cast.grid, cast.grid_far])


@pytest.mark.parametrize("who", ["section", "auditor", "worker", "department"])
def test_others_write_none(cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        _write(cast, by=getattr(cast, who))


def test_one_that_went_out_is_not_changed(cast: Cast) -> None:
    announcement = _write(cast)
    with pytest.raises(Refused):
        services.change(
            announcement,
            by=cast.dispatcher,
            title="别的",
            text="别的",
            grids=[cast.grid],
            publish_at=None,
            to_robot=False,
        )


def test_a_community_does_not_withdraw_the_streets(cast: Cast) -> None:
    announcement = _write(cast, grids=[cast.grid, cast.grid_far])
    with pytest.raises(Refused):
        services.withdraw(announcement, by=cast.community)


# --- pages ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"),
    [("dispatcher", 200), ("community", 200), ("section", 200), ("auditor", 200), ("worker", 403)],
)
def test_the_office_opens_the_list(client: Client, cast: Cast, who: str, status: int) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(OFFICE).status_code == status


@pytest.mark.parametrize("who", ["section", "auditor"])
def test_readers_find_no_form(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(f"{OFFICE}new/").status_code == 403


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    assert client.get(OFFICE)["Location"].startswith("/accounts/login/")


def test_another_communitys_announcement_is_not_found(client: Client, cast: Cast) -> None:
    announcement = _write(cast, grids=[cast.grid_far])
    client.force_login(cast.community)
    assert client.get(f"{OFFICE}{announcement.pk}/").status_code == 404


def test_the_form_sends_it_and_shows_who_was_told(client: Client, cast: Cast) -> None:
    client.force_login(cast.community)
    form = {"form_id": str(uuid4()), "title": "停水", "text": "周一停水。", "grids": [cast.grid.pk]}
    page = client.post(f"{OFFICE}new/", form, follow=True)
    assert page.status_code == 200
    assert str(cast.leader) in page.content.decode()


def test_a_form_without_a_grid_keeps_what_was_typed(client: Client, cast: Cast) -> None:
    client.force_login(cast.community)
    page = client.post(f"{OFFICE}new/", {"form_id": str(uuid4()), "title": "停水", "text": "周一停水。"})
    assert page.status_code == 422
    assert "周一停水。" in page.content.decode()


def test_all_grids_of_the_office_take_one_tick(client: Client, cast: Cast) -> None:
    client.force_login(cast.community)
    form = {"form_id": str(uuid4()), "title": "停水", "text": "停水。", "everywhere": "on"}
    client.post(f"{OFFICE}new/", form)
    assert set(Announcement.objects.get().grids.all()) == {cast.grid, cast.grid_beside}


def test_a_grid_of_another_community_is_refused(client: Client, cast: Cast) -> None:
    client.force_login(cast.community)
    form = {"form_id": str(uuid4()), "title": "停水", "text": "停水。", "grids": [cast.grid_far.pk]}
    assert client.post(f"{OFFICE}new/", form).status_code == 422
    assert not Announcement.objects.exists()


def test_opening_it_is_having_read_it(client: Client, cast: Cast) -> None:
    announcement = _write(cast)
    client.force_login(cast.worker)
    assert "九点集合。" in client.get(announcement.get_absolute_url()).content.decode()
    read = Reader.objects.filter(read_at__isnull=False)
    assert list(read.values_list("user__username", flat=True)) == ["worker"]


@pytest.mark.parametrize("who", ["worker2", "department"])
def test_whoever_was_not_told_does_not_find_it(client: Client, cast: Cast, who: str) -> None:
    announcement = _write(cast)
    client.force_login(getattr(cast, who))
    assert client.get(announcement.get_absolute_url()).status_code == 404


def test_a_withdrawn_one_is_not_found_any_more(client: Client, cast: Cast) -> None:
    announcement = _write(cast)
    services.withdraw(announcement, by=cast.director)
    client.force_login(cast.worker)
    assert client.get(announcement.get_absolute_url()).status_code == 404


def test_pasting_is_noted_once_for_ones_own_grids(client: Client, cast: Cast) -> None:
    announcement = _write(cast, grids=[cast.grid, cast.grid_far])
    client.force_login(cast.worker)
    for _press in range(2):
        client.post(reverse("worker_announcement_pasted", args=[announcement.pk]))
    pasted = announcement.places.filter(pasted_at__isnull=False)
    assert [(place.grid, place.pasted_by) for place in pasted] == [(cast.grid, cast.worker)]


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_the_same_of_any_length(
    client: Client, cast: Cast, count: int, django_assert_num_queries: Any
) -> None:
    for _number in range(count):
        _write(cast)
    client.force_login(cast.dispatcher)
    client.get(OFFICE)
    with django_assert_num_queries(4):
        client.get(OFFICE)
    client.force_login(cast.worker)
    client.get("/worker/announcements/")
    with django_assert_num_queries(4):
        client.get("/worker/announcements/")
