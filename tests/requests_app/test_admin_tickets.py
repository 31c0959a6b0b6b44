"""Tickets in the admin: who sees which, and steps through the same door as everywhere."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.locate import Place
from grids.models import User
from requests_app.admin import steps
from requests_app.models import Photo, Ticket
from requests_app.services import staff, take
from tests.cast import Cast
from tests.markup import inline
from tests.requests_app.matters import PHONE, accepted, answered, resolved, told
from tests.wangguan.test_photos import encoded, picture
from wangguan import clock

pytestmark = pytest.mark.django_db
LIST = "/admin/requests_app/ticket/"


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def read(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def page_of(ticket: Ticket) -> str:
    return f"{LIST}{ticket.pk}/change/"


def step_of(ticket: Ticket, step: str) -> str:
    return f"{LIST}{ticket.pk}/steps/{step}/"


def far(cast: Cast) -> Place:
    return Place(cast.grid_far, cast.community_unit2)


def act(client: Client, step: str, *tickets: Ticket, **fields: str) -> str:
    """Choose `step` for these on the list; with a note, as the page in between sends it."""
    chosen = {"action": step, "_selected_action": [ticket.pk for ticket in tickets]}
    return client.post(LIST, {**chosen, **fields}, follow=True).content.decode()


# --- the list ----------------------------------------------------------------------------
def test_list_shows_a_community_its_own_tickets_only(cast: Cast, client: Client) -> None:
    ours, theirs = told(cast), told(cast, place=far(cast))

    page = read(signed_in(client, cast.community), LIST)

    assert (ours.number in page, theirs.number in page) == (True, False)


@pytest.mark.parametrize("name", ["leader", "worker", "parttime", "instructor", "specialist", "department"])
def test_list_is_closed_to_those_without_the_admin(cast: Cast, client: Client, name: str) -> None:
    assert signed_in(client, getattr(cast, name)).get(LIST).status_code == 302


def test_list_hides_a_complaint_from_those_named(cast: Cast, client: Client) -> None:
    ticket = told(cast, about_staff=True)
    take(ticket, "reclassify", by=staff(cast.director), named_staff=[cast.dispatcher])

    assert ticket.number not in read(signed_in(client, cast.dispatcher), LIST)
    assert ticket.number in read(signed_in(client, cast.director), LIST)


def test_list_shows_no_name_and_no_whole_phone(cast: Cast, client: Client) -> None:
    told(cast, contact_name="张三丰", description=f"灯不亮，请打{PHONE}")

    page = read(signed_in(client, cast.auditor), LIST)

    assert "灯不亮，请打138****0099" in page
    assert (PHONE in page, "张三丰" in page) == (False, False)


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_number_of_questions_for_any_length(
    cast: Cast, client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _ in range(count):
        accepted(cast)
    signed_in(client, cast.dispatcher).get(LIST)

    with django_assert_num_queries(6):
        client.get(LIST)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"status__exact": "accepted"}, ["near"]),
        ({"community": "370103015003"}, ["far"]),
        ({"grid": "370103015005003"}, ["near"]),
        ({"community": "370103015003", "grid": "370103015005003"}, ["far"]),
        ({"grid": "\x00"}, ["near", "far"]),
        ({"due": "overdue"}, ["far"]),
        ({"due": "soon"}, []),
        ({"due": "call"}, []),
        ({"q": "井盖"}, ["far"]),
        ({"q": "\x00"}, ["near", "far"]),
    ],
)
def test_list_is_narrowed(cast: Cast, client: Client, query: dict[str, str], shown: list[str]) -> None:
    tickets = {"near": accepted(cast), "far": told(cast, place=far(cast), description="井盖丢了")}
    Ticket.objects.filter(pk=tickets["far"].pk).update(due_at=clock.now())

    page = read(signed_in(client, cast.dispatcher), LIST, **query)

    assert [name for name, ticket in tickets.items() if ticket.number in page] == shown


def test_filters_offer_a_community_its_own_units_only(cast: Cast, client: Client) -> None:
    page = read(signed_in(client, cast.community), LIST)

    assert "?grid=370103015005002" in page
    assert "370103015003" not in page


def test_list_keeps_its_order_whatever_the_address_asks(cast: Cast, client: Client) -> None:
    first, second = told(cast), told(cast)

    page = read(signed_in(client, cast.dispatcher), LIST, o="1")

    assert page.index(second.number) < page.index(first.number)


# --- one ticket --------------------------------------------------------------------------
def test_page_shows_words_answer_and_masked_phone(cast: Cast, client: Client) -> None:
    ticket = answered(cast, contact_name="张三丰")

    page = read(signed_in(client, cast.auditor), page_of(ticket))

    assert "您好，灯已经换好。" in page
    assert "138****0099" in page
    assert (PHONE in page, "张三丰" in page) == (False, False)


def test_page_shows_notes_requests_and_messages(cast: Cast, client: Client) -> None:
    ticket = accepted(cast)
    take(ticket, "handle", by=staff(cast.worker), note="换了灯管还不亮")
    take(ticket, "request_extension", by=staff(cast.worker), hours=24, note="等电工")

    page = read(signed_in(client, cast.community), page_of(ticket))

    assert ("换了灯管还不亮" in page, "等电工" in page) == (True, True)
    assert f"{cast.leader}</td>" in page


def test_page_of_another_community_is_not_found(cast: Cast, client: Client) -> None:
    theirs = told(cast, place=far(cast))

    assert signed_in(client, cast.community).get(page_of(theirs)).status_code == 302


def test_page_asks_the_same_number_of_questions_for_any_history(
    cast: Cast, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    short, long = answered(cast), answered(cast)
    for ticket in (short, long, long, long):
        take(ticket, "reopen", by=staff(cast.director), note="还是不亮")
        take(ticket, "resolve", by=staff(cast.director), answer="又修了一次。")
        take(ticket, "answer", by=staff(cast.director), how="phone")
    signed_in(client, cast.dispatcher).get(page_of(short))

    for ticket in (short, long):
        with django_assert_num_queries(14):
            client.get(page_of(ticket))


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("auditor", []),
        (
            "community",
            ["resolve", "assign", "contact", "handle", "escalate", "send_back", "hand_over", "decline"],
        ),
    ],
)
def test_page_offers_the_steps_this_person_may_take(
    cast: Cast, client: Client, who: str, offered: list[str]
) -> None:
    ticket = accepted(cast)
    take(ticket, "escalate", by=staff(cast.worker), note="要社区协调")

    page = read(signed_in(client, getattr(cast, who)), page_of(ticket))

    names = ["accept", "close", "grant_extension", *offered]
    assert [name for name in names if step_of(ticket, name) in page] == offered


def test_pages_carry_nothing_inline(cast: Cast, client: Client) -> None:
    ticket = answered(cast)
    signed_in(client, cast.director)

    pages = [read(client, at) for at in (LIST, page_of(ticket), step_of(ticket, "close"))]
    pages.append(act(client, "escalate", ticket))

    assert [inline(page) for page in pages] == [[], [], [], []]


@pytest.mark.parametrize("who", ["director", "auditor"])
@pytest.mark.parametrize("what", ["change", "delete"])
def test_nobody_edits_or_deletes_a_ticket(cast: Cast, client: Client, who: str, what: str) -> None:
    ticket = told(cast)

    answer = signed_in(client, getattr(cast, who)).post(f"{LIST}{ticket.pk}/{what}/", {"post": "yes"})

    assert answer.status_code == 403
    assert client.get(f"{LIST}add/").status_code == 403


# --- one step ----------------------------------------------------------------------------
def test_step_is_taken_and_leads_back_to_the_ticket(cast: Cast, client: Client) -> None:
    ticket = told(cast)

    answer = signed_in(client, cast.dispatcher).post(step_of(ticket, "escalate"), {"note": "要社区协调"})

    ticket.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, page_of(ticket))
    assert (ticket.level, ticket.events.latest("id").from_above) == ("community", True)


def test_step_leads_to_the_list_when_the_ticket_left_the_persons_sight(cast: Cast, client: Client) -> None:
    ticket = told(cast, about_staff=True)
    fields = {"named_staff": [cast.dispatcher.pk]}

    answer = signed_in(client, cast.dispatcher).post(step_of(ticket, "reclassify"), fields)

    assert (answer.status_code, answer["Location"]) == (302, LIST)


def test_step_keeps_photos(cast: Cast, client: Client) -> None:
    ticket = accepted(cast)
    photo = SimpleUploadedFile("灯.jpg", encoded(picture(), "JPEG"), "image/jpeg")

    signed_in(client, cast.dispatcher).post(step_of(ticket, "handle"), {"note": "换了", "photos": [photo]})

    assert Photo.objects.filter(ticket=ticket).count() == 1


def test_step_with_a_field_to_mend_keeps_the_words(cast: Cast, client: Client) -> None:
    ticket = accepted(cast)
    fields = {"note": "等电工", "hours": "many"}

    answer = signed_in(client, cast.dispatcher).post(step_of(ticket, "request_extension"), fields)

    assert answer.status_code == 422
    assert "等电工" in answer.content.decode()


def test_step_that_came_too_late_keeps_the_words(cast: Cast, client: Client) -> None:
    ticket = accepted(cast)
    fields = {"answer": "灯已换好", "version": ticket.version}
    take(ticket, "escalate", by=staff(cast.worker), note="要社区协调")

    answer = signed_in(client, cast.dispatcher).post(step_of(ticket, "resolve"), fields)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert ("灯已换好" in page, cast.worker.current_posts[0].title in page) == (True, True)


@pytest.mark.parametrize(
    ("who", "step"), [("auditor", "accept"), ("community", "close"), ("section", "hold")]
)
def test_step_that_is_not_allowed_is_refused(cast: Cast, client: Client, who: str, step: str) -> None:
    ticket = told(cast)
    fields: dict[str, Any] = {"note": "试一试"}

    answer = signed_in(client, getattr(cast, who)).post(step_of(ticket, step), fields)

    ticket.refresh_from_db()
    assert (answer.status_code, ticket.version) == (409, 1)


@pytest.mark.parametrize("step", ["accept", "no_such_step"])
def test_step_on_a_ticket_out_of_sight_is_not_found(cast: Cast, client: Client, step: str) -> None:
    theirs = told(cast, place=far(cast))

    assert signed_in(client, cast.community).post(step_of(theirs, step)).status_code == 404
    assert signed_in(client, cast.dispatcher).get(step_of(theirs, "no_such_step")).status_code == 404


def test_step_is_closed_to_those_without_the_admin(cast: Cast, client: Client) -> None:
    ticket = told(cast)

    signed_in(client, cast.worker).post(step_of(ticket, "accept"))

    ticket.refresh_from_db()
    assert ticket.status == "submitted"


# --- several at once ---------------------------------------------------------------------
def test_action_asks_for_words_before_it_moves_anything(cast: Cast, client: Client) -> None:
    ticket = told(cast)

    page = act(signed_in(client, cast.dispatcher), "escalate", ticket)

    ticket.refresh_from_db()
    assert ('name="note"' in page, ticket.level) == (True, "grid")


def test_action_takes_the_step_and_names_who_stayed_behind(cast: Cast, client: Client) -> None:
    ready, done = told(cast), answered(cast)

    page = act(signed_in(client, cast.dispatcher), "escalate", ready, done, note="要社区来办")

    ready.refresh_from_db()
    assert (ready.level, ready.events.latest("id").note) == ("community", "要社区来办")
    assert f"{done.number}: " in page


def test_action_without_needed_words_moves_nothing(cast: Cast, client: Client) -> None:
    ticket = told(cast)

    page = act(signed_in(client, cast.dispatcher), "escalate", ticket, note=" ")

    ticket.refresh_from_db()
    assert (ticket.level, f"{ticket.number}: " in page) == ("grid", True)


def test_action_sent_twice_is_taken_once(cast: Cast, client: Client) -> None:
    ticket, key = told(cast), str(uuid4())
    signed_in(client, cast.dispatcher)

    for _ in range(2):
        act(client, "escalate", ticket, note="要社区来办", action_id=key)

    ticket.refresh_from_db()
    assert ticket.level == "community"


def test_action_accepts_several(cast: Cast, client: Client) -> None:
    tickets = [told(cast), told(cast)]

    act(signed_in(client, cast.community), "accept", *tickets, note="")

    assert Ticket.objects.filter(status="accepted", assignee=cast.community).count() == 2


def test_action_refuses_too_many(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "MOST_AT_ONCE", 1)
    tickets = [told(cast), told(cast)]

    act(signed_in(client, cast.dispatcher), "accept", *tickets, note="")

    assert not Ticket.objects.filter(status="accepted").exists()


def test_action_leaves_out_what_is_not_the_persons(cast: Cast, client: Client) -> None:
    theirs = told(cast, place=far(cast))

    act(signed_in(client, cast.community), "accept", theirs, note="")

    theirs.refresh_from_db()
    assert theirs.status == "submitted"


def test_auditor_has_no_action_and_no_step(cast: Cast, client: Client) -> None:
    ticket = resolved(cast)
    signed_in(client, cast.auditor)

    page = read(client, LIST) + read(client, page_of(ticket))
    act(client, "escalate", ticket, note="要社区来办")

    ticket.refresh_from_db()
    assert ('name="action"' in page, "/steps/" in page, ticket.level) == (False, False, "grid")
