import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from requests_app.models import Ticket
from tests.cast import Cast
from tests.requests_app.matters import answered, told

pytestmark = pytest.mark.django_db
LIST = "/admin/requests_app/ticket/"


def signed_in(client: Client, user: object) -> Client:
    client.force_login(user)  # type: ignore[arg-type]
    return client


def act(client: Client, step: str, *tickets: Ticket, note: str | None = None) -> str:
    fields = {"action": step, "_selected_action": [ticket.pk for ticket in tickets]}
    page = client.post(LIST, fields if note is None else {**fields, "note": note}, follow=True)
    return page.content.decode()


def test_list_shows_a_community_its_own_tickets_only(cast: Cast, client: Client) -> None:
    ours, theirs = told(cast), told(cast, grid=cast.grid_far)

    page = signed_in(client, cast.community).get(LIST).content.decode()

    assert (ours.number in page, theirs.number in page) == (True, False)


@pytest.mark.parametrize("name", ["leader", "worker", "parttime", "department"])
def test_list_is_closed_to_those_without_the_admin(cast: Cast, client: Client, name: str) -> None:
    assert signed_in(client, getattr(cast, name)).get(LIST).status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_number_of_questions_for_any_length(
    cast: Cast, client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _ in range(count):
        told(cast)
    signed_in(client, cast.dispatcher).get(LIST)

    with django_assert_num_queries(5):
        client.get(LIST)


def test_page_shows_words_answer_and_masked_phone(cast: Cast, client: Client) -> None:
    ticket = answered(cast, contact_name="张三丰")

    page = signed_in(client, cast.auditor).get(f"{LIST}{ticket.pk}/change/").content.decode()

    assert "您好，灯已经换好。" in page
    assert "138****0099" in page
    assert ("13800000099" in page, "张三丰" in page) == (False, False)


def test_page_of_another_community_is_not_found(cast: Cast, client: Client) -> None:
    theirs = told(cast, grid=cast.grid_far)

    assert signed_in(client, cast.community).get(f"{LIST}{theirs.pk}/change/").status_code == 302


def test_pages_carry_nothing_inline(cast: Cast, client: Client) -> None:
    ticket = answered(cast)
    pages = [signed_in(client, cast.dispatcher).get(LIST), client.get(f"{LIST}{ticket.pk}/change/")]

    text = "".join(page.content.decode() for page in pages)

    assert re.findall(r"<style|\sstyle=|<script(?![^>]*\bsrc=)(?![^>]*application/json)", text) == []


def test_action_asks_for_words_before_it_moves_anything(cast: Cast, client: Client) -> None:
    ticket = told(cast)

    page = act(signed_in(client, cast.dispatcher), "escalate", ticket)

    ticket.refresh_from_db()
    assert ('name="note"' in page, ticket.level) == (True, "grid")


def test_action_takes_the_step_and_names_who_stayed_behind(cast: Cast, client: Client) -> None:
    ready, done = told(cast), answered(cast)

    page = act(signed_in(client, cast.dispatcher), "escalate", ready, done, note="要社区来办")

    ready.refresh_from_db()
    assert (ready.level, ready.last_event().note) == ("community", "要社区来办")  # type: ignore[union-attr]
    assert f"{done.number}: " in page


def test_auditor_has_no_step_to_take(cast: Cast, client: Client) -> None:
    ticket = told(cast)

    act(signed_in(client, cast.auditor), "accept", ticket, note="")

    ticket.refresh_from_db()
    assert ticket.status == "submitted"


def test_nobody_edits_or_deletes_a_ticket(cast: Cast, client: Client) -> None:
    ticket = told(cast)
    signed_in(client, cast.director)

    answers = [client.post(f"{LIST}{ticket.pk}/{what}/").status_code for what in ("change", "delete")]

    assert answers == [403, 403]
