"""The wall screen: whose token opens it, and nothing of a person on it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from grids.models import Line
from requests_app.models import Category, Ticket
from requests_app.screen import board, services
from requests_app.screen.models import Display
from requests_app.statistics.services import roll
from tests.cast import Cast
from tests.factories import square
from tests.requests_app.matters import accepted, told
from wangguan import clock

pytestmark = pytest.mark.django_db

SCREEN, PART = "/screen/", "/screen/part/"


@pytest.fixture
def token(cast: Cast) -> str:
    token = services.new_token()
    Display.objects.create(name="大厅", token_hash=services.hashed(token), created_by=cast.director)
    return token


def _page(client: Client, address: str = SCREEN) -> str:
    return client.get(address).content.decode()


# --- the way in ----------------------------------------------------------------------------
def test_the_token_opens_the_screen_and_leaves_the_address(client: Client, token: str) -> None:
    entered = client.get(SCREEN, {"token": token})
    assert (entered.status_code, entered["Location"]) == (303, SCREEN)
    cookie = entered.cookies["display"]
    assert (cookie["path"], cookie["httponly"]) == (SCREEN, True)
    assert client.get(SCREEN).status_code == 200
    assert client.get(PART).status_code == 200


def test_only_a_hash_of_the_token_is_kept(token: str) -> None:
    assert token not in str(Display.objects.values().get())


@pytest.mark.parametrize("who", ["dispatcher", "section", "director", "auditor"])
def test_the_street_and_auditors_need_no_token(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(SCREEN).status_code == 200


@pytest.mark.parametrize("who", ["community", "leader", "worker", "parttime", "department"])
def test_others_do_not_see_it(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert [client.get(address).status_code for address in (SCREEN, PART)] == [403, 403]


def test_strangers_are_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.get(SCREEN)["Location"].startswith("/accounts/login/")


def test_a_revoked_display_goes_dark_and_says_why(client: Client, cast: Cast, token: str) -> None:
    client.get(SCREEN, {"token": token})
    services.revoke(Display.objects.get(), by=cast.director)
    assert client.get(PART).status_code == 403
    assert "screen-dark" in _page(client)


def test_an_expired_display_goes_dark(client: Client, token: str) -> None:
    client.get(SCREEN, {"token": token})
    Display.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    dark = client.get(SCREEN)
    assert (dark.status_code, dark["Refresh"]) == (403, "60")
    Display.objects.update(expires_at=clock.now() + timedelta(days=1))
    assert client.get(SCREEN).status_code == 200


def test_guessing_is_stopped(client: Client, token: str) -> None:
    answers = [client.get(SCREEN, {"token": f"guess{n}"}).status_code for n in range(22)]
    assert answers[:20] == [403] * 20
    assert answers[21] == 429


def test_the_display_is_seen_at_most_once_a_minute(client: Client, token: str) -> None:
    client.get(SCREEN, {"token": token})
    client.get(SCREEN)
    first = Display.objects.get().seen_at
    client.get(PART)
    assert Display.objects.get().seen_at == first


# --- made and revoked in the admin ---------------------------------------------------------
def test_a_new_display_shows_its_address_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.dispatcher)
    expires = {"expires_at_0": "2030-01-01", "expires_at_1": "00:00"}
    added = client.post("/admin/screen/display/add/", {"name": "大厅", **expires}, follow=True)
    token = re.search(r"\?token=([\w-]{43})", added.content.decode())
    assert token
    assert services.known(token[1]) == Display.objects.get()
    assert token[1] not in _page(client, "/admin/screen/display/")


@pytest.mark.parametrize("who", ["section", "auditor"])
def test_others_make_no_display(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.post("/admin/screen/display/add/", {"name": "x"}).status_code == 403


def test_the_list_revokes(client: Client, cast: Cast, token: str) -> None:
    client.force_login(cast.director)
    chosen = {"action": "revoke", "_selected_action": [Display.objects.get().pk]}
    client.post("/admin/screen/display/", chosen)
    assert services.known(token) is None


# --- what stands on it ---------------------------------------------------------------------
def test_nothing_of_a_person_or_a_matter_s_words_is_shown(client: Client, cast: Cast) -> None:
    ticket = accepted(cast, description="三单元张大妈家漏水", address="九区3号楼2单元", contact_name="张大妈")
    client.force_login(cast.director)
    page = _page(client)
    hidden = (ticket.number, ticket.token, "漏水", "张大妈", "3号楼", ticket.contact_phone or "x")
    assert [words for words in hidden if words in page] == []
    assert cast.community_unit.name in page


def test_a_complaint_about_staff_counts_nowhere(cast: Cast) -> None:
    ticket = told(cast)
    assert board.look().open == 1
    Ticket.objects.filter(pk=ticket.pk).update(about_staff=True, level="street")
    look = board.look()
    assert (look.open, look.day["told"], look.matters) == (0, 0, [])


def test_a_grid_with_under_five_open_matters_shows_no_number(cast: Cast) -> None:
    for _matter in range(4):
        told(cast)
    assert {area.label for area in board.look().areas} == {""}
    told(cast)
    shown = {area.shape.pk: (area.fill, area.label) for area in board.look().areas}
    assert shown[cast.grid.pk] == (2, "5")
    assert shown[cast.grid_far.pk] == (0, "")


def test_a_hidden_number_does_not_follow_from_the_total(cast: Cast) -> None:
    for grid, count in ((cast.grid, 2), (cast.grid_beside, 7)):
        for _matter in range(count):
            told(cast, grid=grid)
    look = board.look()
    assert look.open == 9
    assert {area.label for area in look.areas} == {""}
    assert sorted(area.fill for area in look.areas) == [0, 1, 1]


def test_overdue_ones_are_marked_from_five(cast: Cast) -> None:
    for _matter in range(5):
        told(cast)
    with clock.at(clock.now() + timedelta(days=30)):
        late = {area.shape.pk: area.late for area in board.look().areas}
    assert late[cast.grid.pk] is True
    assert late[cast.grid_far.pk] is False


def test_quarrels_are_told_by_their_group_alone(cast: Cast) -> None:
    common: dict[str, Any] = {"line": Line.ORDER, "urgency": "C"}
    group = Category.objects.create(code="11", name="矛盾纠纷", **common)
    told(cast, category=Category.objects.create(code="1102", name="家庭", parent=group, **common))
    (matter,) = board.look().matters
    assert matter.kind == "矛盾纠纷"


@pytest.mark.parametrize("count", [1, 3])
def test_its_data_take_a_fixed_number_of_statements(
    cast: Cast, count: int, django_assert_num_queries: Any
) -> None:
    for _matter in range(count):
        accepted(cast)
    board.look()
    with django_assert_num_queries(13):
        board.look()


def test_ten_screens_cost_as_much_as_one(client: Client, cast: Cast, django_assert_num_queries: Any) -> None:
    client.force_login(cast.director)
    client.get(PART)
    with django_assert_num_queries(2):
        client.get(PART)


# --- the grid map --------------------------------------------------------------------------
MAP = "/admin/map/"
MAP_STATEMENTS = 11


@pytest.mark.parametrize(
    ("who", "status"), [("dispatcher", 200), ("community", 200), ("auditor", 200), ("worker", 403)]
)
def test_the_office_opens_the_map(client: Client, cast: Cast, who: str, status: int) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(MAP).status_code == status


def test_the_map_counts_open_and_overdue_by_grid(client: Client, cast: Cast) -> None:
    told(cast)
    client.force_login(cast.dispatcher)
    rows = {row.grid: row.numbers for row in client.get(MAP).context["rows"]}
    assert rows[cast.grid] == {"open": 1, "overdue": 0, "arrived": 0}
    roll()
    rows = {row.grid: row.numbers for row in client.get(MAP).context["rows"]}
    assert rows[cast.grid]["arrived"] == 1
    assert rows[cast.grid_far]["open"] == 0


def test_a_community_reads_its_own_grids_only(client: Client, cast: Cast) -> None:
    client.force_login(cast.community)
    page = client.get(MAP, {"community": cast.community_unit2.pk})
    assert {row.grid for row in page.context["rows"]} == {cast.grid, cast.grid_beside}
    assert cast.grid_far.name not in page.content.decode()


def test_matters_are_set_against_the_homes_of_a_grid(client: Client, cast: Cast) -> None:
    type(cast.grid).objects.filter(pk=cast.grid.pk).update(planned_households=400)
    told(cast)
    told(cast)
    roll()
    client.force_login(cast.dispatcher)
    page = client.get(MAP, {"measure": "per_homes"})
    rows = {row.grid: row.numbers.get("per_homes") for row in page.context["rows"]}
    assert (rows[cast.grid], rows[cast.grid_far]) == (5, None)
    assert [area.step for area in page.context["areas"] if area.shape.pk == cast.grid.pk] == [4]


def test_own_days_narrow_what_was_told(client: Client, cast: Cast) -> None:
    told(cast)
    roll()
    client.force_login(cast.dispatcher)
    days = {"span": "free", "first": "2020-01-01", "last": "2020-01-31"}
    rows = {row.grid: row.numbers for row in client.get(MAP, days).context["rows"]}
    assert (rows[cast.grid]["open"], rows[cast.grid]["arrived"]) == (1, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_the_map_takes_a_fixed_number_of_statements(
    client: Client, cast: Cast, count: int, django_assert_num_queries: Any
) -> None:
    for _matter in range(count):
        told(cast, grid=(cast.grid, cast.grid_beside)[_matter % 2])
    client.force_login(cast.dispatcher)
    client.get(MAP)
    with django_assert_num_queries(MAP_STATEMENTS):
        client.get(MAP)


def test_what_cannot_be_read_is_as_if_not_asked(client: Client, cast: Cast) -> None:
    client.force_login(cast.dispatcher)
    asked = {"span": "many", "measure": "x", "line": "'", "category": "nope"}
    assert client.get(MAP, asked).status_code == 200


def test_a_grid_without_a_boundary_stands_in_the_table(client: Client, cast: Cast) -> None:
    type(cast.grid).objects.filter(pk=cast.grid.pk).update(boundary=None)
    client.force_login(cast.dispatcher)
    page = client.get(MAP)
    assert cast.grid in {row.grid for row in page.context["rows"]}
    assert cast.grid.pk not in {area.shape.pk for area in page.context["areas"]}


def test_the_drawing_follows_the_territory(cast: Cast) -> None:
    before = board.look().view_box
    type(cast.grid).objects.filter(pk=cast.grid.pk).update(boundary=square(116.9, 36.63))
    assert board.look().view_box != before
