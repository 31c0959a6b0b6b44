"""The bar under the thumb: a department's begins with its whistles, everybody else's stays as it was."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from grids.models import Role, User
from requests_app.services import staff
from requests_app.whistles.services.steps import take
from tests.cast import Cast
from tests.factories import make_leave, make_post
from tests.requests_app.whistles.scene import Scene
from wangguan import clock

pytestmark = pytest.mark.django_db
OF_A_DEPARTMENT = ["/worker/whistles/", "/worker/tickets/new/", "/worker/inbox/", "/worker/me/"]
OF_A_WORKER = ["/worker/", "/worker/tickets/", "/worker/tickets/new/", "/worker/visits/", "/worker/me/"]
WITHOUT_HOMES = [*OF_A_WORKER[:3], "/worker/inbox/", "/worker/me/"]


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def nav(user: User, address: str = "/worker/me/") -> str:
    """The markup of the bar on one of the pages."""
    text = as_user(user).get(address).content.decode()
    return text[text.index('<nav class="bottom-nav"') :].partition("</nav>")[0]


def leads_to(user: User) -> list[str]:
    return re.findall(r'href="([^"]+)"', nav(user))


def number_on(user: User) -> str:
    """What the badge of the whistles says."""
    found = re.search(r'data-counted-at="/worker/whistles/count/"( hidden)?><b>(.*?)</b>', nav(user))
    assert found
    assert bool(found[1]) == (found[2] == "")
    return found[2]


# --- whose bar it is ---------------------------------------------------------------------
def test_a_department_has_a_bar_of_its_own(cast: Cast) -> None:
    assert leads_to(cast.department) == OF_A_DEPARTMENT


@pytest.mark.parametrize("who", ["worker", "leader", "community", "director", "auditor"])
def test_everybody_else_keeps_theirs(cast: Cast, who: str) -> None:
    assert leads_to(getattr(cast, who)) == OF_A_WORKER


def test_part_time_workers_read_messages_in_the_place_of_visits(cast: Cast) -> None:
    assert leads_to(cast.parttime) == WITHOUT_HOMES


@pytest.mark.parametrize("who", ["department", "parttime", "worker", "director"])
def test_no_tab_leads_to_a_closed_door(cast: Cast, who: str) -> None:
    user = getattr(cast, who)
    client = as_user(user)
    assert {client.get(address).status_code for address in leads_to(user)} == {200}


def test_who_also_serves_a_grid_has_the_workers_bar_and_both_on_the_morning(scene: Scene) -> None:
    make_post(scene.cast.department, Role.PART_TIME_WORKER, at=scene.cast.grid)
    whistle = scene.blown()
    assert leads_to(scene.cast.department) == WITHOUT_HOMES
    morning = as_user(scene.cast.department).get("/worker/")
    assert whistle.department_url in morning.content.decode()
    assert "tabs" in morning.context


def test_a_deputy_of_a_department_alone_finds_its_whistles(scene: Scene) -> None:
    make_leave(scene.cast.department.posts.get(), scene.other_person)
    scene.blown()
    assert number_on(scene.other_person) == "2"


# --- what waits --------------------------------------------------------------------------
def test_the_badge_counts_what_waits_for_a_check_in(scene: Scene) -> None:
    assert number_on(scene.cast.department) == ""
    first = scene.blown()
    scene.blown(knows_other=True)
    scene.drafted(knows_other=True)
    assert number_on(scene.cast.department) == "2"
    take(scene.own(first), "check_in", by=staff(scene.cast.department))
    assert (number_on(scene.cast.department), number_on(scene.other_person)) == ("1", "2")


def test_who_is_late_is_still_waited_for(scene: Scene) -> None:
    scene.blown()
    with clock.at(clock.now() + timedelta(days=2)):
        assert number_on(scene.cast.department) == "1"


def test_a_whistle_that_is_over_is_counted_no_more(scene: Scene) -> None:
    whistle = scene.blown()
    take(whistle, "finish", by=staff(scene.cast.dispatcher), note="结束")
    assert number_on(scene.cast.department) == ""


def test_another_department_is_not_counted_in(scene: Scene) -> None:
    scene.blown(tasks={scene.cast.department_unit.pk: ""})
    assert number_on(scene.other_person) == ""


def test_the_number_is_told_anew_to_departments_alone(scene: Scene) -> None:
    scene.blown()
    answer = as_user(scene.cast.department).get("/worker/whistles/count/")
    assert (answer.json(), answer["Cache-Control"]) == ({"count": "1"}, "private, no-store")
    assert as_user(scene.cast.worker).get("/worker/whistles/count/").status_code == 403


# --- where work begins -------------------------------------------------------------------
@pytest.mark.parametrize(("who", "here"), [("department", "whistles"), ("worker", "today")])
def test_after_signing_in_everybody_is_at_their_first_room(cast: Cast, who: str, here: str) -> None:
    user = getattr(cast, who)
    user.set_password("a-long-secret-9")
    user.save(update_fields=["password"])
    typed = {"login": user.username, "password": "a-long-secret-9"}
    page = Client().post("/accounts/login/?next=/worker/", typed, follow=True)
    assert (page.status_code, page.context["here"]) == (200, here)
    assert 'aria-current="page"' in nav(user, "/worker/")


def test_a_departments_phone_keeps_its_list_and_no_list_of_requests(cast: Cast) -> None:
    kept = as_user(cast.department).get("/worker/offline.json").json()["pages"]
    assert "/worker/whistles/" in kept
    assert "/worker/tickets/" not in kept


def test_a_workers_phone_keeps_no_whistles(cast: Cast) -> None:
    kept = as_user(cast.worker).get("/worker/offline.json").json()["pages"]
    assert kept[:3] == ["/worker/", "/worker/outbox/", "/offline/"]
    assert {"/worker/tickets/", "/worker/tickets/new/"} <= set(kept)
    assert "/worker/whistles/" not in kept
