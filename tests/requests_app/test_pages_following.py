"""Pages of likeness and following, as a resident and as a stranger meets them."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from requests_app.categories import load_categories
from requests_app.models import Category, Follow, Ticket
from requests_app.services import RESIDENT, staff, take
from tests.cast import Cast
from tests.requests_app.matters import PHONE, accepted, told

OTHER = "13900000001"
FORM = {"description": "三楼的楼道灯不亮了", "latitude": "36.631", "longitude": "116.931"}


def public(cast: Cast, **fields: Any) -> Ticket:
    return told(cast, **{"may_publish": True, "latitude": 36.631, "longitude": 116.931, **fields})


def join(client: Client, ticket: Ticket, **fields: str) -> Any:
    return client.post("/follow/", {"number": ticket.number, "kind": "voice", **fields})


# --- likeness ----------------------------------------------------------------------------
def test_the_like_is_offered_by_number(cast: Cast, client: Client) -> None:
    ticket = public(cast)
    assert f'data-same="{ticket.number}"' in client.post("/similar/", FORM).text


def test_the_like_is_shown_masked(cast: Cast, client: Client) -> None:
    public(cast, description="楼道灯不亮，打我 13812345678", address="九区3号楼2单元501")
    shown = client.post("/similar/", FORM).text
    assert ("打我 ***********" in shown, "5678" in shown) == (True, False)
    assert ("九区3号楼" in shown, "501" in shown) == (True, False)


def test_without_a_like_the_fragment_is_empty(cast: Cast, client: Client) -> None:
    assert client.post("/similar/", FORM).text.strip() == ""


@pytest.mark.parametrize("latitude", ["", "x", "95"])
def test_half_a_point_is_no_place(cast: Cast, client: Client, latitude: str) -> None:
    public(cast)
    assert client.post("/similar/", {**FORM, "latitude": latitude}).text.strip() == ""


def test_looking_has_a_limit(cast: Cast, client: Client) -> None:
    statuses = [client.post("/similar/", {}).status_code for _time in range(241)]
    assert (statuses[239], statuses[240]) == (200, 429)


def test_words_travel_in_the_body_alone(client: Client) -> None:
    assert client.get("/similar/", FORM).status_code == 405


# --- following ---------------------------------------------------------------------------
def test_following_leads_to_a_page_of_ones_own(cast: Cast, client: Client) -> None:
    answer = join(client, public(cast), contact_phone=OTHER)
    assert (answer.status_code, answer["Location"]) == (303, Follow.objects.get().get_absolute_url())


def test_the_device_is_remembered_by_a_cookie_no_script_reads(cast: Cast, client: Client) -> None:
    cookie = join(client, public(cast)).cookies["device"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_wrong_phone_is_asked_for_again_and_the_device_follows(cast: Cast, client: Client) -> None:
    answer = join(client, public(cast), contact_phone="139 000")
    assert (answer.status_code, "139 000" in answer.text) == (422, True)
    assert Follow.objects.get().has_phone is False


@pytest.mark.parametrize("fields", [{"may_publish": False}, {"about_staff": True}])
def test_what_is_not_public_cannot_be_followed(cast: Cast, client: Client, fields: dict[str, bool]) -> None:
    assert join(client, public(cast, **fields)).status_code == 404


def test_what_was_withdrawn_cannot_be_followed(cast: Cast, client: Client) -> None:
    ticket = public(cast)
    take(ticket, "withdraw", by=RESIDENT)
    assert join(client, ticket).status_code == 404


def test_a_number_that_does_not_exist_cannot_be_followed(db: None, client: Client) -> None:
    assert client.post("/follow/", {"number": "WG-20261123-1", "kind": "voice"}).status_code == 404


def test_following_has_a_limit(cast: Cast, client: Client) -> None:
    ticket = public(cast)
    statuses = [join(client, ticket).status_code for _time in range(61)]
    assert (statuses[59], statuses[60]) == (303, 429)


def test_a_phone_follows_ten_times_an_hour(cast: Cast) -> None:
    ticket = public(cast)
    statuses = [join(Client(), ticket, contact_phone=OTHER).status_code for _time in range(11)]
    assert (statuses[9], statuses[10]) == (303, 429)


def test_somebody_elses_phone_does_not_open_their_page(cast: Cast, client: Client) -> None:
    ticket = public(cast)
    theirs = join(client, ticket, contact_phone=OTHER)["Location"]
    assert join(Client(), ticket, contact_phone=OTHER)["Location"] != theirs


# --- the follower's page -----------------------------------------------------------------
def follower(client: Client, ticket: Ticket, **fields: str) -> str:
    return str(join(client, ticket, **fields)["Location"])


def test_the_page_says_the_state_and_hides_the_resident(cast: Cast, client: Client) -> None:
    ticket = public(cast, description="楼道灯不亮，打我 13812345678", contact_name="赵铁柱")
    shown = client.get(follower(client, ticket)).text
    assert ("还没有人接下" in shown, "13812345678" in shown, "赵铁柱" in shown) == (True, False, False)


def test_the_page_keeps_the_answer_until_staff_release_it(cast: Cast, client: Client) -> None:
    ticket = accepted(cast, may_publish=True)
    page = follower(client, ticket)
    take(ticket, "resolve", by=staff(cast.worker), answer="您好，灯已经换好。")
    shown = client.get(page).text
    assert ("已经有回音" in shown, "灯已经换好" in shown) == (True, False)


def test_the_page_of_a_withdrawn_matter_shows_no_words(cast: Cast, client: Client) -> None:
    ticket = public(cast)
    page = follower(client, ticket)
    take(ticket, "withdraw", by=RESIDENT)
    assert "楼道灯" not in client.get(page).text


def test_the_page_of_a_merged_matter_shows_its_parent(cast: Cast, client: Client) -> None:
    parent, child = public(cast), public(cast, contact_phone="13800000098")
    page = follower(client, child)
    take(child, "merge", by=staff(cast.leader), parent=parent)
    assert parent.number in client.get(page).text


def test_the_page_is_kept_by_no_cache(cast: Cast, client: Client) -> None:
    assert client.get(follower(client, public(cast)))["Cache-Control"] == "private, no-store"


def test_opening_the_link_stops_nothing(cast: Cast, client: Client) -> None:
    page = follower(client, public(cast))
    assert client.get(f"{page}stop/").status_code == 405
    assert Follow.objects.get().is_running


def test_one_press_stops(cast: Cast, client: Client) -> None:
    page = follower(client, public(cast), contact_phone=OTHER)
    assert client.post(f"{page}stop/")["Location"] == page
    assert (Follow.objects.get().is_running, "不再关注" in client.get(page).text) == (False, True)


def test_a_token_that_does_not_exist_is_404(db: None, client: Client) -> None:
    assert [client.get("/f/nobody/").status_code, client.post("/f/nobody/stop/").status_code] == [404, 404]


# --- all of them -------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_this_device_sees_what_it_follows(
    cast: Cast, client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pages = [follower(client, public(cast)) for _row in range(rows)]
    with django_assert_num_queries(1):
        shown = client.get("/following/").text
    assert [page for page in pages if page in shown] == pages


def test_another_device_sees_nothing(cast: Cast, client: Client) -> None:
    follower(client, public(cast))
    assert "/f/" not in Client().get("/following/").text


# --- on the ticket's own page ------------------------------------------------------------
def test_the_like_is_offered_on_the_new_tickets_own_page(cast: Cast, client: Client) -> None:
    other, own = public(cast), told(cast, latitude=36.631, longitude=116.931)
    assert f'value="{other.number}"' in client.get(own.tracking_url).text


def test_what_the_form_has_shown_is_not_offered_again(cast: Cast, client: Client) -> None:
    public(cast)
    client.cookies["likes_seen"] = "1"
    own = told(cast, latitude=36.631, longitude=116.931)
    assert 'name="mine"' not in client.get(own.tracking_url).text


def test_from_ones_own_page_the_phone_comes_along(cast: Cast, client: Client) -> None:
    other, own = public(cast, contact_phone=OTHER), told(cast)
    join(client, other, kind="follow", mine=own.token)
    assert Follow.objects.get().phone == PHONE


def test_once_somebody_took_it_on_nothing_is_offered(cast: Cast, client: Client) -> None:
    public(cast)
    assert 'name="mine"' not in client.get(accepted(cast).tracking_url).text


# --- workers -----------------------------------------------------------------------------
def test_voices_stand_on_the_workers_list_and_page(cast: Cast, client: Client) -> None:
    ticket = public(cast)
    join(client, ticket)
    client.force_login(cast.leader)
    pages = [client.get("/worker/tickets/?tab=grid").text, client.get(ticket.get_absolute_url()).text]
    assert ["另有 1 人也说了" in page for page in pages] == [True, True]


def test_a_quarrel_at_home_is_never_shown_as_alike(cast: Cast) -> None:
    load_categories()
    home = Category.objects.get(code="1102")
    told(cast, may_publish=True, category=home)
    assert not Ticket.objects.public().exists()
