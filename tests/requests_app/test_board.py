"""The board: what staff release, what everybody reads there, and what nobody does."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.models import User
from requests_app.models import Publication, Ticket
from requests_app.services import RESIDENT, SYSTEM, publishing, staff, take
from requests_app.services.publishing import Text
from requests_app.services.verdict import give_verdict
from tests.cast import Cast
from tests.requests_app.matters import accepted, answered
from tests.requests_app.test_pages_public import picture
from wangguan.refusals import Refused

WORDS = "楼道灯不亮。联系人张三丰 13812348000，住 3 号楼 2 单元 501。"
TEXT = Text(words="楼道灯不亮，老人看不清。", answer="灯已经换好。", place="九区3号楼")


def public(cast: Cast, **fields: object) -> Ticket:
    return answered(cast, **{"may_publish": True, **fields})


def released(cast: Cast, **fields: object) -> Ticket:
    ticket = public(cast, **fields)
    publishing.release(ticket, by=cast.community, text=TEXT)
    return ticket


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- releasing ---------------------------------------------------------------------------
def test_what_is_proposed_leads_to_nobody(cast: Cast) -> None:
    proposed = publishing.proposed(public(cast, description=WORDS))
    assert [part for part in ("张三丰", "13812348000", "8000", "501") if part in proposed.words] == []


def test_released_is_on_the_board_and_in_the_story(cast: Cast, client: Client) -> None:
    ticket = released(cast)
    assert "楼道灯不亮，老人看不清。" in client.get("/board/").content.decode()
    assert ticket.events.latest("id").step == "published"


def test_released_twice_stands_once_with_the_newer_words(cast: Cast) -> None:
    ticket = released(cast)
    publishing.release(ticket, by=cast.dispatcher, text=Text("改过的经过", "改过的回音", ""))
    assert Publication.objects.get().words == "改过的经过"


@pytest.mark.parametrize("name", ["leader", "worker", "worker2", "community2", "auditor", "department"])
def test_others_release_nothing(cast: Cast, name: str) -> None:
    with pytest.raises(Refused):
        publishing.release(public(cast), by=getattr(cast, name), text=TEXT)
    assert not Publication.objects.exists()


@pytest.mark.parametrize("name", ["leader", "worker2", "community2", "auditor"])
def test_others_do_not_find_the_page(cast: Cast, name: str) -> None:
    number = public(cast).number
    assert signed_in(getattr(cast, name)).get(f"/worker/tickets/{number}/publish/").status_code == 404


def test_without_the_residents_word_nothing_is_released(cast: Cast) -> None:
    with pytest.raises(Refused):
        publishing.release(answered(cast), by=cast.community, text=TEXT)


def test_without_an_answer_nothing_is_released(cast: Cast) -> None:
    with pytest.raises(Refused):
        publishing.release(accepted(cast, may_publish=True), by=cast.community, text=TEXT)


def test_an_open_matter_is_released_with_its_words_alone(cast: Cast, client: Client) -> None:
    ticket = accepted(cast, may_publish=True)
    publishing.release(ticket, by=cast.community, text=Text("楼道灯不亮", "", "九区"))
    assert (Publication.objects.released().count(), Publication.objects.shown().count()) == (1, 0)
    assert client.get(f"/board/{ticket.number}/").status_code == 404


def test_an_answered_matter_is_not_released_without_its_answer(cast: Cast) -> None:
    with pytest.raises(Refused):
        publishing.release(public(cast), by=cast.community, text=Text("楼道灯不亮", "", "九区"))


@pytest.mark.parametrize("agreed", [False, True])
def test_only_what_its_resident_agreed_to_is_released_open(cast: Cast, agreed: bool) -> None:
    ticket = accepted(cast, may_publish=agreed)
    client = signed_in(cast.community)
    form = {"words": "楼道灯不亮", "place": "九区", "has_read": "on"}
    answer = client.post(f"/worker/tickets/{ticket.number}/publish/", form)
    assert (answer.status_code, Publication.objects.count()) == ((303, 1) if agreed else (409, 0))


def test_released_open_it_waits_for_its_answer_to_be_released(cast: Cast) -> None:
    ticket = accepted(cast, may_publish=True)
    publishing.release(ticket, by=cast.community, text=Text("楼道灯不亮", "", "九区"))
    take(ticket, "resolve", by=staff(cast.worker), answer="灯已经换好。")
    take(ticket, "answer", by=SYSTEM, how="sms")
    assert list(Ticket.objects.releasable(cast.community)) == [ticket]
    publishing.release(ticket, by=cast.community, text=TEXT)
    assert ticket.resolved_at
    assert Publication.objects.shown().get().released_at >= ticket.resolved_at


def test_what_was_released_open_is_proposed_again_while_it_is_open(cast: Cast) -> None:
    ticket = accepted(cast, may_publish=True)
    text = Text("楼道灯不亮", "", "九区")
    publishing.release(ticket, by=cast.community, text=text)
    assert publishing.earlier(ticket) == text


def test_the_page_marks_what_leads_to_a_person(cast: Cast) -> None:
    number = public(cast, description=WORDS).number
    page = signed_in(cast.community).get(f"/worker/tickets/{number}/publish/").content.decode()
    assert "<mark>张三丰</mark>" in page


def test_the_page_wants_it_read(cast: Cast) -> None:
    number = public(cast).number
    form = {"words": "楼道灯", "answer": "换好了", "place": ""}
    response = signed_in(cast.community).post(f"/worker/tickets/{number}/publish/", form)
    assert (response.status_code, Publication.objects.count()) == (422, 0)


def test_the_page_releases(cast: Cast) -> None:
    number = public(cast).number
    form = {"words": "楼道灯", "answer": "换好了", "place": "九区3号楼", "has_read": "on"}
    response = signed_in(cast.community).post(f"/worker/tickets/{number}/publish/", form)
    assert (response.status_code, Publication.objects.get().released_by) == (303, cast.community)


def test_the_page_asks_about_what_a_hand_put_back(cast: Cast) -> None:
    page, client = f"/worker/tickets/{public(cast).number}/publish/", signed_in(cast.community)
    form = {"words": "打 13812348000", "answer": "换好了", "place": "", "has_read": "on"}
    asked = client.post(page, form)
    assert (asked.status_code, "leads_to_nobody" in asked.content.decode()) == (422, True)
    assert client.post(page, {**form, "leads_to_nobody": "on"}).status_code == 303


def test_a_new_answer_is_proposed_and_waits_again(cast: Cast) -> None:
    ticket = released(cast)
    give_verdict(ticket, solved=False, comment="又坏了")
    ticket.refresh_from_db()
    take(ticket, "resolve", by=staff(cast.community), answer="这次换了新灯。")
    take(ticket, "answer", by=SYSTEM, how="sms")
    client = signed_in(cast.community)
    assert ticket.number in client.get("/worker/publish/").content.decode()
    form = client.get(f"/worker/tickets/{ticket.number}/publish/").context["form"]
    assert form.initial["answer"] == "这次换了新灯。"


def test_taken_down_by_hand_does_not_wait_again(cast: Cast) -> None:
    ticket = released(cast)
    publishing.take_down(ticket, by=cast.community)
    assert not Ticket.objects.releasable(cast.community).exists()
    assert publishing.earlier(ticket) == TEXT


def test_the_worklist_holds_what_waits_and_nothing_else(cast: Cast) -> None:
    waiting, done = public(cast), released(cast)
    page = signed_in(cast.community).get("/worker/publish/").content.decode()
    assert (waiting.number in page, done.number in page) == (True, False)


def test_the_worklist_of_another_community_is_empty(cast: Cast) -> None:
    number = public(cast).number
    assert number not in signed_in(cast.community2).get("/worker/publish/").content.decode()


# --- taking down -------------------------------------------------------------------------
def test_taken_down_is_gone_at_once(cast: Cast, client: Client) -> None:
    number = released(cast).number
    signed_in(cast.community).post(f"/worker/tickets/{number}/unpublish/")
    assert client.get(f"/board/{number}/").status_code == 404


def test_reopened_is_off_the_board(cast: Cast, client: Client) -> None:
    ticket = released(cast)
    give_verdict(ticket, solved=False, comment="又坏了")
    assert client.get(f"/board/{ticket.number}/").status_code == 404


def test_contested_is_off_the_board_until_the_street_decides(cast: Cast) -> None:
    ticket = public(cast)
    for _ in range(2):
        ticket = give_verdict(ticket, solved=False, comment="又坏了")
        take(ticket, "resolve", by=staff(cast.director), answer="再修一次")
        take(ticket, "answer", by=SYSTEM, how="sms")
    publishing.release(ticket, by=cast.dispatcher, text=TEXT)
    ticket = give_verdict(ticket, solved=False, comment="还是坏的")
    assert not Publication.objects.shown().exists()
    with pytest.raises(Refused):
        publishing.release(ticket, by=cast.dispatcher, text=TEXT)


# --- reading -----------------------------------------------------------------------------
def test_the_matters_own_page_shows_what_was_released(cast: Cast, client: Client) -> None:
    ticket = released(cast, description=WORDS, contact_name="张三丰")
    page = client.get(f"/board/{ticket.number}/").content.decode()
    assert "灯已经换好。" in page
    assert [part for part in ("张三丰", "13812348000", ticket.token) if part in page] == []


def test_unreleased_is_not_found(cast: Cast, client: Client) -> None:
    assert client.get(f"/board/{public(cast).number}/").status_code == 404


def test_search_finds_released_words_only(cast: Cast, client: Client) -> None:
    released(cast, description=WORDS)
    found = [TEXT.words in client.get("/board/", {"q": q}).content.decode() for q in ("看不清", "张三丰")]
    assert found == [True, False]


def test_another_community_shows_other_matters(cast: Cast, client: Client) -> None:
    released(cast)
    page = client.get("/board/", {"community": cast.community_unit2.code}).content.decode()
    assert TEXT.words not in page


def test_photos_are_shown_only_when_released(cast: Cast, client: Client) -> None:
    ticket = public(cast)
    client.post(f"{ticket.tracking_url}notes/", {"note": "照片", "photos": picture()})
    shown = ticket.photos.get()
    publishing.release(ticket, by=cast.community, text=TEXT)
    address = f"/board/{ticket.number}/photos/{shown.pk}/thumbnail/"
    before = client.get(address).status_code
    publishing.release(ticket, by=cast.community, text=TEXT, photos=[shown])
    after = client.get(address)
    after.close()
    assert (before, after.status_code) == (404, 200)


def test_the_board_may_be_kept_by_shared_caches_for_a_minute(cast: Cast, client: Client) -> None:
    released(cast)
    response = client.get("/board/")
    assert (response["Cache-Control"], "Cookie" in response["Vary"]) == ("public, max-age=60", True)
    assert not response.cookies


def test_the_board_of_somebody_with_a_session_is_their_own(cast: Cast) -> None:
    assert signed_in(cast.worker).get("/board/")["Cache-Control"] == "private, no-cache"


def test_a_page_with_a_forms_key_is_kept_by_no_shared_cache(cast: Cast, client: Client) -> None:
    """The matter's own page carries the form to follow it."""
    response = client.get(f"/board/{released(cast).number}/")
    assert response["Cache-Control"] == "private, no-cache"


def test_switches_of_a_shared_page_work_without_a_key(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/elder/", {"elder": "1", "next": "/board/"})["Location"] == "/board/"
    client.post("/i18n/setlang/", {"language": "en", "next": "/board/"})
    page = client.get("/board/").content.decode()
    assert ("data-elder" in page, 'lang="en"' in page) == (True, True)


@pytest.mark.parametrize("matters", [1, 3])
def test_the_board_takes_three_statements(
    cast: Cast, client: Client, matters: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(matters):
        released(cast)
    client.get("/board/")
    with django_assert_num_queries(3):
        client.get("/board/")


def test_the_board_is_read_page_by_page(cast: Cast, client: Client) -> None:
    for number in range(21):
        publishing.release(public(cast), by=cast.community, text=Text(f"第{number}件事", "办好了", ""))
    first = client.get("/board/")
    second = client.get(f"/board/?{first.context['next']}")
    assert [shown.title for shown in second.context["matters"]] == ["第0件事"]


def test_a_withdrawn_matter_is_not_shown(cast: Cast) -> None:
    ticket = accepted(cast, may_publish=True)
    take(ticket, "withdraw", by=RESIDENT)
    with pytest.raises(Refused):
        publishing.release(ticket, by=cast.community, text=TEXT)


def test_an_entry_names_who_released(cast: Cast) -> None:
    event = released(cast).events.latest("id")
    assert (event.actor, event.actor_title) == (cast.community, staff(cast.community).title(event.ticket))
