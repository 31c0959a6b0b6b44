"""What a phone without signal relies on: answers for scripts, what may be kept, and whose it is."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from requests_app.models import Ticket, TicketEvent
from requests_app.services import staff, take
from requests_app.templatetags.portal import whose
from requests_app.views import offline
from tests.cast import Cast
from tests.factories import make_user
from tests.requests_app.matters import accepted, told
from tests.requests_app.test_pages_public import picture

JSON = {"Accept": "application/json"}
NOTED = {"source": "patrol", "description": "井盖翘起来了，老人容易绊倒。", "address": "九区3号楼"}


@pytest.fixture
def signed_in(client: Client, cast: Cast) -> Client:
    client.force_login(cast.worker)
    return client


def post_step(client: Client, ticket: Ticket, name: str, **fields: Any) -> Any:
    return client.post(f"{ticket.get_absolute_url()}steps/{name}/", fields, headers=JSON)


def kept(client: Client) -> dict[str, Any]:
    answer: dict[str, Any] = client.get("/worker/offline.json", headers=JSON).json()
    return answer


# --- answers for a script ----------------------------------------------------------------
def test_a_step_answers_with_the_page_and_the_new_version(cast: Cast, signed_in: Client) -> None:
    ticket = told(cast)
    response = post_step(signed_in, ticket, "accept", version=ticket.version, action_id=uuid4())
    assert (response.status_code, response.json()) == (
        200,
        {"ok": True, "url": ticket.get_absolute_url(), "version": ticket.version + 1},
    )


def test_the_same_key_again_is_the_same_step(cast: Cast, signed_in: Client) -> None:
    ticket, key = told(cast), uuid4()
    answers = [
        post_step(signed_in, ticket, "accept", version=ticket.version, action_id=key) for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert TicketEvent.objects.filter(step="accept").count() == 1


def test_a_step_that_moves_nothing_has_no_version(cast: Cast, signed_in: Client) -> None:
    assert post_step(signed_in, told(cast), "handle", note="看过了。").json()["version"] is None


def test_somebody_was_faster(cast: Cast, signed_in: Client) -> None:
    ticket = told(cast)
    seen = ticket.version
    take(ticket, "accept", by=staff(cast.leader))
    response = post_step(signed_in, ticket, "resolve", version=seen, answer="换好了。")
    assert response.status_code == 409
    assert "受理" in response.json()["sentence"]


def test_a_step_without_its_words_says_so(cast: Cast, signed_in: Client) -> None:
    response = post_step(signed_in, accepted(cast), "resolve")
    assert (response.status_code, list(response.json())) == (422, ["sentence"])


def test_a_new_matter_answers_with_its_page(signed_in: Client) -> None:
    response = signed_in.post("/worker/tickets/new/", NOTED, headers=JSON)
    assert response.json()["url"] == Ticket.objects.get().get_absolute_url()


def test_a_new_matter_without_words_says_so(signed_in: Client) -> None:
    response = signed_in.post("/worker/tickets/new/", {**NOTED, "description": ""}, headers=JSON)
    assert (response.status_code, list(response.json())) == (422, ["sentence"])


def test_a_refused_script_keeps_photos_sent_ahead(signed_in: Client) -> None:
    stashed = signed_in.post("/photos/", {"photo": picture()}).json()["id"]
    told_badly = {**NOTED, "description": "", "kept_photos": stashed}
    signed_in.post("/worker/tickets/new/", told_badly, headers=JSON)
    signed_in.post("/worker/tickets/new/", {**NOTED, "kept_photos": stashed}, headers=JSON)
    assert Ticket.objects.get().photos.count() == 1


def test_a_session_that_is_over_says_so(cast: Cast, client: Client) -> None:
    response = post_step(client, told(cast), "accept")
    assert (response.status_code, response.json()) == (401, {"sentence": "请重新登录，什么都不会丢。"})


def test_outsiders_find_no_ticket(cast: Cast, client: Client) -> None:
    client.force_login(cast.worker2)
    assert post_step(client, told(cast), "accept").status_code == 404


# --- what a phone keeps ------------------------------------------------------------------
def test_a_phone_keeps_my_pages_and_nobody_elses(cast: Cast, signed_in: Client) -> None:
    mine, beside = accepted(cast), told(cast, grid=cast.grid_beside)
    pages = kept(signed_in)["pages"]
    assert mine.get_absolute_url() in pages
    assert beside.get_absolute_url() not in pages


def test_a_phone_keeps_thumbnails(cast: Cast, signed_in: Client) -> None:
    ticket = accepted(cast)
    post_step(signed_in, ticket, "handle", note="拍了照。", photos=picture())
    photo = ticket.photos.get()
    assert f"{ticket.get_absolute_url()}photos/{photo.pk}/thumbnail/" in kept(signed_in)["pages"]


def test_what_a_phone_keeps_is_bounded(
    cast: Cast, signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offline, "TICKETS", 2)
    for _ in range(3):
        accepted(cast)
    assert len([page for page in kept(signed_in)["pages"] if page.startswith("/worker/tickets/W")]) == 2


def test_my_own_come_before_the_units(cast: Cast, signed_in: Client) -> None:
    waiting, mine = told(cast), accepted(cast)
    pages = kept(signed_in)["pages"]
    assert pages.index(mine.get_absolute_url()) < pages.index(waiting.get_absolute_url())


def test_a_person_keeps_one_name_that_tells_nothing(cast: Cast, signed_in: Client) -> None:
    who = kept(signed_in)["who"]
    assert who == whose(cast.worker) != whose(cast.leader)
    assert len(who) == 20


def test_the_list_is_kept_nowhere(signed_in: Client) -> None:
    assert signed_in.get("/worker/offline.json")["Cache-Control"] == "private, no-store"


def test_strangers_learn_nothing(db: None, client: Client) -> None:
    assert client.get("/worker/offline.json", headers=JSON).status_code == 401


def test_accounts_without_post_keep_nothing(db: None, client: Client) -> None:
    client.force_login(make_user())
    assert client.get("/worker/offline.json", headers=JSON).status_code == 403


# --- the service worker, and what waits --------------------------------------------------
def test_the_service_worker_stands_at_the_root(client: Client) -> None:
    response = client.get("/sw.js")
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert (response["Service-Worker-Allowed"], response["Cache-Control"]) == ("/", "no-cache")


def test_a_matter_to_accept_brings_what_follows(cast: Cast, signed_in: Client) -> None:
    page = signed_in.get(told(cast).get_absolute_url()).content.decode()
    assert '<template data-then="accept">' in page
