"""The workers' pages: who comes in, what stands there, which steps are offered and taken."""

from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.locate import Place
from grids.models import User
from requests_app import access
from requests_app.models import Ticket
from requests_app.services import staff, take
from requests_app.workflow import TABLE
from tests.cast import Cast
from tests.factories import make_user
from tests.requests_app.matters import PHONE, accepted, answered, resolved, told
from tests.requests_app.test_pages_public import WORDS, picture

LIST_STATEMENTS, MORNING_STATEMENTS = 6, 11
PAGE_STATEMENTS = {"worker": 16, "leader": 19, "director": 20}
PAGES = ["/worker/", "/worker/tickets/", "/worker/tickets/new/", "/worker/inbox/"]


@pytest.fixture
def signed_in(client: Client, cast: Cast) -> Client:
    """The grid's full-time worker at a browser."""
    client.force_login(cast.worker)
    return client


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post_step(client: Client, ticket: Ticket, name: str, **fields: object) -> int:
    return client.post(f"{ticket.get_absolute_url()}steps/{name}/", fields).status_code


# --- doors -------------------------------------------------------------------------------
@pytest.mark.parametrize("address", [*PAGES, "/worker/visits/", "/worker/residents/", "/styleguide/"])
def test_stranger_is_sent_to_sign_in(db: None, client: Client, address: str) -> None:
    assert client.get(address)["Location"] == f"/accounts/login/?next={address}"


@pytest.mark.parametrize("address", PAGES)
def test_account_without_post_is_kept_out(db: None, client: Client, address: str) -> None:
    client.force_login(make_user())
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("address", [*PAGES, "/styleguide/"])
@pytest.mark.parametrize("who", ["worker", "parttime", "community", "director", "department", "auditor"])
def test_every_post_comes_in(cast: Cast, client: Client, who: str, address: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(("who", "status"), [("parttime", 403), ("department", 403), ("worker", 200)])
@pytest.mark.parametrize("room", ["visits", "residents"])
def test_rooms_about_homes_are_closed_to_some(
    cast: Cast, client: Client, who: str, status: int, room: str
) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(f"/worker/{room}/").status_code == status


def test_sign_in_takes_login_and_password(db: None, client: Client) -> None:
    make_user("li", password="a-long-secret")
    response = client.post("/accounts/login/", {"login": "li", "password": "a-long-secret"})
    assert response["Location"] == "/worker/"


def test_wrong_password_is_said_on_the_form(db: None, client: Client) -> None:
    response = client.post("/accounts/login/", {"login": "nobody", "password": "wrong"})
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()


# --- lists -------------------------------------------------------------------------------
@pytest.mark.parametrize("tab", ["mine", "waiting", "grid", "soon", "overdue", "all", "nonsense"])
@pytest.mark.parametrize("rows", [1, 3])
def test_list_statements_do_not_grow(
    cast: Cast, signed_in: Client, tab: str, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        accepted(cast)
    with django_assert_num_queries(LIST_STATEMENTS):
        signed_in.get("/worker/tickets/", {"tab": tab, "status": "accepted", "q": "灯"})


@pytest.mark.parametrize("rows", [1, 3])
def test_morning_statements_do_not_grow(
    cast: Cast, signed_in: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        accepted(cast)
    with django_assert_num_queries(MORNING_STATEMENTS):
        signed_in.get("/worker/")


def test_list_hides_what_belongs_to_others(cast: Cast) -> None:
    ticket = told(cast)
    page = as_user(cast.worker2).get("/worker/tickets/?tab=all").content.decode()
    assert ticket.number not in page


def test_mine_lists_only_what_is_in_my_hands(cast: Cast, signed_in: Client) -> None:
    mine, waiting = accepted(cast), told(cast)
    page = signed_in.get("/worker/tickets/?tab=mine").content.decode()
    assert mine.number in page
    assert waiting.number not in page


def test_my_unit_lists_what_nobody_has_taken(cast: Cast, signed_in: Client) -> None:
    waiting = told(cast)
    assert waiting.number in signed_in.get("/worker/tickets/?tab=grid").content.decode()


@pytest.mark.parametrize("tab", ["grid", "all"])
def test_pages_by_keyset_show_every_row_once(cast: Cast, signed_in: Client, tab: str) -> None:
    numbers, seen, query = {told(cast).number for _ in range(23)}, [], f"tab={tab}"
    while query:
        response = signed_in.get(f"/worker/tickets/?{query}")
        seen += [row.url.split("/")[-2] for row in response.context["rows"]]
        query = response.context["next"]
    assert (sorted(seen), len(seen)) == (sorted(numbers), 23)


@pytest.mark.parametrize("after", ["x", "~", "2026-13-45T00:00~1", "9" * 40, "2026-01-01T00:00:00~1"])
def test_pointer_that_makes_no_sense_shows_the_first_page(cast: Cast, signed_in: Client, after: str) -> None:
    told(cast)
    response = signed_in.get("/worker/tickets/", {"tab": "grid", "after": after})
    assert len(response.context["rows"]) == 1


@pytest.mark.parametrize(("q", "found"), [("路灯", 1), ("下水道", 0), ("WG", 1), ("wg", 1)])
def test_list_is_narrowed_by_words_or_number(cast: Cast, signed_in: Client, q: str, found: int) -> None:
    told(cast, description="路灯不亮，老人看不清")
    response = signed_in.get("/worker/tickets/", {"tab": "all", "q": q})
    assert len(response.context["rows"]) == found


# --- one ticket --------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["worker2", "leader2", "community2", "parttime", "department"])
def test_ticket_of_others_is_not_found(cast: Cast, who: str) -> None:
    client, ticket = as_user(getattr(cast, who)), told(cast)
    assert client.get(ticket.get_absolute_url()).status_code == 404
    assert post_step(client, ticket, "accept") == 404


@pytest.mark.parametrize("make", [told, accepted, resolved, answered])
@pytest.mark.parametrize("who", ["worker", "leader", "community", "dispatcher", "director", "auditor"])
def test_ticket_offers_exactly_the_allowed_steps(cast: Cast, who: str, make: object) -> None:
    user, ticket = getattr(cast, who), make(cast)  # type: ignore[operator]
    response = as_user(user).get(ticket.get_absolute_url())
    offered = {offer.name for offer in response.context["steps"]}
    allowed = {step.name for step in access.allowed_steps(user, Ticket.objects.get(pk=ticket.pk))}
    assert offered == allowed - {"undo"}  # it stands at the head of the page


@pytest.mark.parametrize("notes", [1, 3])
@pytest.mark.parametrize("who", ["worker", "leader", "director"])
def test_ticket_statements_do_not_grow(
    cast: Cast, who: str, notes: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, ticket = as_user(getattr(cast, who)), accepted(cast)
    take(ticket, "assign", by=staff(cast.leader), assignee=cast.worker)
    take(ticket, "request_extension", by=staff(cast.worker), hours=24, note="等配件")
    for _ in range(notes):
        post_step(as_user(cast.worker), ticket, "handle", note="去看过", photos=picture())
    with django_assert_num_queries(PAGE_STATEMENTS[who]):
        client.get(ticket.get_absolute_url())


def test_ticket_masks_name_and_phone(cast: Cast, signed_in: Client) -> None:
    page = signed_in.get(told(cast, contact_name="张三丰").get_absolute_url()).content.decode()
    assert "138****0099" in page
    assert "张**" in page
    assert PHONE not in page
    assert "张三丰" not in page


def test_phone_is_shown_to_whoever_works_on_it(cast: Cast, signed_in: Client) -> None:
    page = signed_in.post(f"{told(cast).get_absolute_url()}phone/").content.decode()
    assert f'href="tel:{PHONE}"' in page


@pytest.mark.parametrize("who", ["instructor", "auditor"])
def test_phone_is_not_shown_to_onlookers(cast: Cast, who: str) -> None:
    response = as_user(getattr(cast, who)).post(f"{told(cast).get_absolute_url()}phone/")
    assert response.status_code == 409
    assert PHONE not in response.content.decode()


def test_photo_of_others_is_not_found(cast: Cast, signed_in: Client) -> None:
    ticket = accepted(cast)
    post_step(signed_in, ticket, "handle", note="去看过", photos=picture())
    address = f"{ticket.get_absolute_url()}photos/{ticket.photos.get().pk}/image/"
    assert as_user(cast.worker2).get(address).status_code == 404


# --- taking steps ------------------------------------------------------------------------
def test_step_leads_back_to_the_ticket(cast: Cast, signed_in: Client) -> None:
    ticket = told(cast)
    response = signed_in.post(f"{ticket.get_absolute_url()}steps/accept/")
    assert (response.status_code, response["Location"]) == (303, ticket.get_absolute_url())


def test_step_that_does_not_exist_is_not_found(cast: Cast, signed_in: Client) -> None:
    assert post_step(signed_in, told(cast), "dance") == 404


def test_step_not_allowed_says_why(cast: Cast, signed_in: Client) -> None:
    ticket = told(cast)
    response = signed_in.post(f"{ticket.get_absolute_url()}steps/resolve/", {"answer": "修好了，请看看。"})
    assert response.status_code == 409
    assert "修好了，请看看。" in response.content.decode()


def test_step_without_its_field_comes_back_open(cast: Cast, signed_in: Client) -> None:
    ticket = accepted(cast)
    response = signed_in.post(f"{ticket.get_absolute_url()}steps/escalate/", {"note": ""})
    assert response.status_code == 422
    assert [offer.name for offer in response.context["steps"] if offer.open] == ["escalate"]


def test_second_of_two_workers_sees_who_was_faster_and_keeps_the_text(cast: Cast) -> None:
    ticket = accepted(cast)
    seen = ticket.version
    post_step(as_user(cast.leader), ticket, "escalate", note="要找物业")
    response = as_user(cast.community).post(
        f"{ticket.get_absolute_url()}steps/resolve/", {"answer": "已经修好。", "version": seen}
    )
    page = response.content.decode()
    assert response.status_code == 409
    assert "已经修好。" in page
    assert "九区社区第三网格" in page
    assert f'value="{seen + 1}"' in page


def test_same_action_twice_happens_once(cast: Cast, signed_in: Client) -> None:
    ticket, key = accepted(cast), str(uuid4())
    assert [post_step(signed_in, ticket, "handle", note="去看过", action_id=key) for _ in range(2)] == [
        303,
        303,
    ]
    assert ticket.events.filter(step="handle").count() == 1


def test_auditor_moves_nothing(cast: Cast) -> None:
    ticket, client = accepted(cast), as_user(cast.auditor)
    fields = {"note": "…", "answer": "…", "how": "phone", "assignee": cast.worker.pk, "grid": cast.grid.code}
    assert 303 not in {post_step(client, ticket, step.name, **fields) for step in TABLE}


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("contact", {"how": "phone", "note": "说好明天上门"}),
        ("handle", {"note": "换了灯"}),
        ("escalate", {"note": "要找物业"}),
        ("assign", {"assignee": "specialist"}),
        ("hand_over", {"grid": "370103015005002", "note": "在第二网格"}),
        ("request_extension", {"hours": "24", "note": "等配件"}),
        ("reclassify", {"urgency": "B"}),
        ("resolve", {"answer": "灯已换好。"}),
    ],
)
def test_leader_takes_each_step_with_the_fields_of_its_form(
    cast: Cast, name: str, fields: dict[str, str]
) -> None:
    assert post_step(as_user(cast.leader), accepted(cast), name, **fields) == 303


def test_merge_names_its_parent_by_number(cast: Cast) -> None:
    parent, child = told(cast), told(cast)
    assert post_step(as_user(cast.leader), child, "merge", parent=parent.number.lower()) == 303


def test_merge_into_a_matter_of_others_is_refused(cast: Cast) -> None:
    far = told(cast, place=Place(cast.grid_far, cast.community_unit2))
    assert post_step(as_user(cast.leader), told(cast), "merge", parent=far.number) == 409


# --- a new one ---------------------------------------------------------------------------
def test_worker_notes_a_matter_down(cast: Cast, signed_in: Client) -> None:
    fields = {"description": WORDS, "source": "wechat_group", "address": "九区3号楼"}
    response = signed_in.post("/worker/tickets/new/", fields)
    ticket = Ticket.objects.get()
    assert (response["Location"], ticket.reporter) == (ticket.get_absolute_url(), cast.worker)


def test_matter_without_a_known_place_goes_to_the_worker_s_grid(cast: Cast, signed_in: Client) -> None:
    signed_in.post("/worker/tickets/new/", {"description": WORDS, "source": "patrol"})
    assert Ticket.objects.get().grid == cast.grid


def test_matter_may_be_long_when_staff_write_it_down(cast: Cast, signed_in: Client) -> None:
    fields = {"description": "长" * 20_000, "source": "phone"}
    assert signed_in.post("/worker/tickets/new/", fields).status_code == 303


def test_refused_matter_keeps_what_was_typed(cast: Cast, signed_in: Client) -> None:
    response = signed_in.post("/worker/tickets/new/", {"description": WORDS})
    assert response.status_code == 422
    assert WORDS in response.content.decode()


# --- messages ----------------------------------------------------------------------------
def test_inbox_tells_of_a_new_matter(cast: Cast, signed_in: Client) -> None:
    ticket = told(cast)
    assert ticket.number in signed_in.get("/worker/inbox/").content.decode()


def test_inbox_of_others_stays_theirs(cast: Cast) -> None:
    ticket = told(cast)
    assert ticket.number not in as_user(cast.worker2).get("/worker/inbox/").content.decode()


def test_inbox_is_read_by_a_press(cast: Cast, signed_in: Client) -> None:
    told(cast)
    signed_in.post("/worker/inbox/")
    assert not signed_in.get("/worker/inbox/").context["unread"]
