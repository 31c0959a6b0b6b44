"""A ticket's own page for its resident: what it shows, what it hides, what can be done there."""

from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from requests_app.models import Answer, Ticket
from requests_app.services import staff, take
from requests_app.workflow import NOTE
from tests.cast import Cast
from tests.requests_app.matters import PHONE, accepted, answered, resolved, told
from tests.requests_app.test_pages_public import picture

PAGE_STATEMENTS = 8


def page_of(client: Client, ticket: Ticket) -> str:
    return client.get(ticket.tracking_url).content.decode()


def post(client: Client, ticket: Ticket, to: str, **fields: object) -> int:
    return client.post(f"{ticket.tracking_url}{to}/", fields).status_code


# --- what it shows -----------------------------------------------------------------------
@pytest.mark.parametrize("make", [told, accepted, resolved, answered])
def test_page_opens_in_every_state(cast: Cast, client: Client, make: object) -> None:
    ticket = make(cast)  # type: ignore[operator]
    assert client.get(ticket.tracking_url).status_code == 200


def test_wrong_token_is_not_found(cast: Cast, client: Client) -> None:
    ticket = told(cast)
    assert client.get(f"/t/{ticket.token[:-1]}/").status_code == 404


def test_page_names_posts_and_no_persons(cast: Cast, client: Client) -> None:
    page = page_of(client, accepted(cast))
    assert "九区社区第三网格" in page
    assert "演员" not in page


def test_page_never_shows_the_phone(cast: Cast, client: Client) -> None:
    assert PHONE not in page_of(client, resolved(cast))


def test_page_keeps_notes_of_the_staff_inside(cast: Cast, client: Client) -> None:
    ticket = accepted(cast)
    take(ticket, "handle", by=staff(cast.worker), note="二楼租户不开门")
    assert "二楼租户不开门" not in page_of(client, ticket)


def test_page_shows_the_answer_as_a_letter(cast: Cast, client: Client) -> None:
    page = page_of(client, resolved(cast))
    assert 'class="letter"' in page
    assert "您好，灯已经换好。" in page


def test_page_is_kept_by_no_cache(cast: Cast, client: Client) -> None:
    assert client.get(told(cast).tracking_url)["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("notes", [1, 3])
def test_page_statements_do_not_grow(
    cast: Cast, client: Client, notes: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ticket = answered(cast)
    for number in range(notes):
        post(client, ticket, "notes", note=f"还有一件 {number}", photos=picture())
    client.get(ticket.tracking_url)
    with django_assert_num_queries(PAGE_STATEMENTS):
        client.get(ticket.tracking_url)


# --- opening -----------------------------------------------------------------------------
def test_serving_the_answer_is_not_opening_it(cast: Cast, client: Client) -> None:
    page_of(client, resolved(cast, contact_phone=""))
    answer = Answer.objects.get()
    assert answer.shown_at
    assert not answer.opened_at


def test_opening_without_phone_is_delivery(cast: Cast, client: Client) -> None:
    ticket = resolved(cast, contact_phone="")
    post(client, ticket, "opened")
    ticket.refresh_from_db()
    assert ticket.status == "answered"


def test_page_without_phone_has_a_button_for_reading(cast: Cast, client: Client) -> None:
    assert "data-opened" in page_of(client, resolved(cast, contact_phone=""))


# --- verdict -----------------------------------------------------------------------------
def test_yes_closes(cast: Cast, client: Client) -> None:
    ticket = resolved(cast)
    assert post(client, ticket, "verdict", solved="yes", satisfaction="5", comment="谢谢") == 303
    ticket.refresh_from_db()
    assert (ticket.status, ticket.outcome) == ("closed", "confirmed")


def test_no_reopens_one_level_higher(cast: Cast, client: Client) -> None:
    ticket = answered(cast)
    post(client, ticket, "verdict", solved="no", comment="还是不亮")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.level) == ("accepted", "community")


def test_verdict_can_not_be_given_by_a_link(cast: Cast, client: Client) -> None:
    assert client.get(f"{answered(cast).tracking_url}verdict/?solved=yes").status_code == 405


def test_nothing_is_picked_beforehand(cast: Cast, client: Client) -> None:
    page = page_of(client, answered(cast))
    assert "checked" not in page[page.index('id="verdict"') :]


def test_verdict_without_a_word_keeps_the_comment(cast: Cast, client: Client) -> None:
    ticket = answered(cast)
    response = client.post(f"{ticket.tracking_url}verdict/", {"comment": "灯又坏了"})
    assert response.status_code == 422
    assert "灯又坏了" in response.content.decode()


def test_verdict_before_an_answer_is_refused(cast: Cast, client: Client) -> None:
    assert post(client, told(cast), "verdict", solved="yes") == 409


def test_closed_matter_can_be_reopened_from_its_page(cast: Cast, client: Client) -> None:
    ticket = answered(cast)
    post(client, ticket, "verdict", solved="yes")
    assert 'value="no"' in page_of(client, ticket)
    assert post(client, ticket, "verdict", solved="no", comment="又坏了") == 303


# --- adding and withdrawing --------------------------------------------------------------
def test_note_stands_on_the_page(cast: Cast, client: Client) -> None:
    ticket = told(cast)
    post(client, ticket, "notes", note="五楼那盏也暗了")
    assert "五楼那盏也暗了" in page_of(client, ticket)


def test_note_sent_twice_is_one(cast: Cast, client: Client) -> None:
    ticket, key = told(cast), uuid4()
    for _ in range(2):
        post(client, ticket, "notes", note="五楼那盏也暗了", action_id=key)
    assert ticket.events.filter(step=NOTE).count() == 1


def test_empty_note_is_refused(cast: Cast, client: Client) -> None:
    assert post(client, told(cast), "notes", note=" ") == 422


def test_withdrawing_closes(cast: Cast, client: Client) -> None:
    ticket = told(cast)
    assert post(client, ticket, "withdraw") == 303
    ticket.refresh_from_db()
    assert ticket.outcome == "withdrawn"


def test_withdrawing_again_after_a_lost_reply_is_no_error(cast: Cast, client: Client) -> None:
    ticket = told(cast)
    assert [post(client, ticket, "withdraw") for _ in range(2)] == [303, 303]
    assert ticket.events.filter(step="withdraw").count() == 1


def test_withdrawing_after_the_answer_is_refused(cast: Cast, client: Client) -> None:
    assert post(client, resolved(cast), "withdraw") == 409


# --- photos ------------------------------------------------------------------------------
def test_own_photo_is_served(cast: Cast, client: Client) -> None:
    ticket = told(cast)
    post(client, ticket, "notes", note="", photos=picture())
    response = client.get(f"{ticket.tracking_url}photos/{ticket.photos.get().pk}/thumbnail/")
    response.close()
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")


def test_photo_of_another_ticket_is_not_found(cast: Cast, client: Client) -> None:
    ticket, other = told(cast), told(cast)
    post(client, ticket, "notes", photos=picture())
    assert client.get(f"{other.tracking_url}photos/{ticket.photos.get().pk}/image/").status_code == 404


# --- finding it --------------------------------------------------------------------------
def look_up(client: Client, ticket: Ticket, tail: str, **extra: str) -> int:
    fields = {"number": ticket.number, "phone_tail": tail}
    return client.post("/track/", fields, **extra).status_code  # type: ignore[arg-type]


def test_number_and_phone_tail_lead_to_the_page(cast: Cast, client: Client) -> None:
    ticket = told(cast)
    response = client.post("/track/", {"number": ticket.number.lower(), "phone_tail": PHONE[-4:]})
    assert (response.status_code, response["Location"]) == (303, ticket.tracking_url)


def test_wrong_tail_finds_nothing(cast: Cast, client: Client) -> None:
    assert look_up(client, told(cast), "0000") == 404


def test_sixth_wrong_try_for_a_number_waits_from_anywhere(cast: Cast, client: Client) -> None:
    ticket = told(cast)
    for number in range(5):
        look_up(client, ticket, "0000", REMOTE_ADDR=f"10.0.0.{number}")
    assert look_up(client, ticket, PHONE[-4:], REMOTE_ADDR="10.0.1.1") == 429


def test_sixth_wrong_try_from_an_address_waits_for_any_number(cast: Cast, client: Client) -> None:
    for _ in range(5):
        look_up(client, told(cast), "0000")
    assert look_up(client, told(cast), PHONE[-4:]) == 429


def test_right_tries_are_never_counted(cast: Cast, client: Client) -> None:
    ticket = told(cast)
    assert [look_up(client, ticket, PHONE[-4:]) for _ in range(7)] == [303] * 7
