"""Open sessions: listed to their owner, ended at once, and by themselves when nobody is there."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import get_resolver
from pytest_django import Settings

from tests.cast import Cast
from tests.wangguan.accounts.signing import PASSWORD, is_in, sign_in, with_password
from wangguan.accounts import idle, sessions
from wangguan.auditlog.models import Entry

pytestmark = pytest.mark.django_db

LIST = "/accounts/sessions/"
WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit Mobile MicroMessenger/8.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit Chrome/126.0 Safari/537.36 Edg/126.0"


@pytest.fixture
def two(cast: Cast) -> tuple[Client, Client]:
    """The worker's computer and the worker's phone, both signed in."""
    with_password(cast.worker)
    desk, phone = Client(headers={"user-agent": EDGE}), Client(headers={"user-agent": WECHAT})
    sign_in(desk, "worker")
    sign_in(phone, "worker")
    return desk, phone


def works(client: Client) -> bool:
    return client.get("/worker/me/").status_code == 200


def move_clock(client: Client, seconds: int) -> None:
    """As if the last press lay so long back."""
    key = f"seen:{client.session.session_key}"
    cache.set(key, cache.get(key) - seconds)


def test_list_names_both_devices(two: tuple[Client, Client]) -> None:
    shown = two[0].get(LIST).context["sessions"]
    assert [(each.device, each.is_this) for each in shown] == [
        ("Edge · Windows", True),
        ("WeChat · iPhone", False),
    ]


def test_list_is_of_ones_own_sessions(two: tuple[Client, Client], cast: Cast) -> None:
    with_password(cast.leader)
    other = Client()
    sign_in(other, "leader")
    assert len(other.get(LIST).context["sessions"]) == 1


def test_ended_session_ends_at_once(two: tuple[Client, Client]) -> None:
    desk, phone = two
    key = desk.get(LIST).context["sessions"][1].key
    desk.post(f"{LIST}{key}/")
    assert (works(desk), works(phone)) == (True, False)


def test_session_of_somebody_else_cannot_be_ended(two: tuple[Client, Client], cast: Cast) -> None:
    with_password(cast.leader)
    other = Client()
    sign_in(other, "leader")
    other.post(f"{LIST}{two[0].get(LIST).context['sessions'][0].key}/")
    assert works(two[0])


def test_all_others_end_and_this_one_stays(two: tuple[Client, Client]) -> None:
    desk, phone = two
    desk.post(f"{LIST}others/")
    assert (works(desk), works(phone)) == (True, False)


def test_ending_stands_in_the_audit_log(two: tuple[Client, Client], cast: Cast) -> None:
    two[0].post(f"{LIST}others/")
    entry = Entry.objects.filter(kind="sessions_ended").get()
    assert (entry.actor, entry.detail) == (cast.worker, {"sessions": 1})


def test_changed_password_ends_the_other_sessions(two: tuple[Client, Client]) -> None:
    desk, phone = two
    new = {
        "oldpassword": PASSWORD,
        "password1": "vier-worte-neun-8",
        "password2": "vier-worte-neun-8",
    }
    desk.post("/accounts/password/change/", new)
    assert (works(desk), works(phone)) == (True, False)


def test_short_password_is_refused(two: tuple[Client, Client]) -> None:
    new = {"oldpassword": PASSWORD, "password1": "kurz-8-wort", "password2": "kurz-8-wort"}
    page = two[0].post("/accounts/password/change/", new)
    assert list(page.context["form"].errors) == ["password1"]


@pytest.mark.parametrize(("agent", "said"), [(WECHAT, "WeChat · iPhone"), (EDGE, "Edge · Windows")])
def test_device_is_said_in_two_words(agent: str, said: str) -> None:
    assert sessions.device(agent) == said


def test_session_stays_while_somebody_is_there(two: tuple[Client, Client]) -> None:
    desk, _ = two
    for _ in range(3):
        works(desk)
        move_clock(desk, 29 * 60)
    assert works(desk)


def test_session_ends_after_half_an_hour(two: tuple[Client, Client]) -> None:
    desk, _ = two
    works(desk)
    move_clock(desk, 30 * 60)
    answer = desk.get("/worker/me/")
    assert (answer.headers["location"], is_in(desk)) == ("/accounts/login/?next=/worker/me/", False)


@pytest.mark.parametrize(
    ("page", "headers"),
    [("/worker/offline.json", {}), ("/worker/", {"x-asked-by-page": "1"}), ("/admin/desk/fresh/", {})],
)
def test_page_that_asks_by_itself_keeps_no_session_open(
    two: tuple[Client, Client], page: str, headers: dict[str, str]
) -> None:
    desk, _ = two
    works(desk)
    move_clock(desk, 20 * 60)
    desk.get(page, headers=headers)
    move_clock(desk, 10 * 60)
    assert not works(desk)


def test_addresses_that_pages_ask_exist() -> None:
    names = {key for key in get_resolver().reverse_dict if isinstance(key, str)}
    assert idle.POLLS - names - {"residents_importrun_part"} == set()


def test_every_session_ends_after_twelve_hours(two: tuple[Client, Client], settings: Settings) -> None:
    desk, _ = two
    kept = desk.session
    kept[idle.SINCE] -= settings.SESSION_COOKIE_AGE
    kept.save()
    assert not works(desk)


def test_seeing_who_is_there_costs_no_statement(
    cast: Cast, rf: RequestFactory, django_assert_num_queries: Any
) -> None:
    client = Client()
    client.force_login(cast.worker)
    request = rf.get("/worker/")
    request.session, request.user = client.session, cast.worker
    with django_assert_num_queries(0):
        idle.look(request)
        idle.look(request)
