"""Pages of the duty list: the owner's phone, the office, the desk, the admin; and who finds nothing there."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.models import Post, User
from partybuilding.duties import pages
from partybuilding.duties.models import Duty, Entry, Evidence, Turn
from partybuilding.duties.services.steps import take
from partybuilding.duties.terms import Period, Tier
from partybuilding.duties.workflow import State
from tests.cast import Cast
from tests.partybuilding.duties.made import (
    APRIL,
    YEAR,
    duty,
    first,
    party_section,
    reported,
    street_duty,
    turn,
)
from tests.requests_app.matters import accepted
from tests.requests_app.test_pages_public import picture
from wangguan import clock

pytestmark = pytest.mark.django_db

LIST, NEXT = "/admin/party/duties/", "/admin/party/duties/next-year/"
MINE = "/worker/duties/"


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def read(user: User, address: str, status: int = 200) -> str:
    response = as_user(user).get(address)
    assert response.status_code == status
    return response.content.decode()


def report(user: User, row: Turn, **fields: Any) -> Any:
    given = {"words": "已召开联席会", "action_id": uuid4(), "version": row.version} | fields
    return as_user(user).post(f"{MINE}{row.pk}/report/", given)


def judge(user: User, row: Turn, name: str, **fields: Any) -> Any:
    given = {"words": "缺签到表", "action_id": uuid4(), "version": row.version} | fields
    return as_user(user).post(f"{LIST}{row.duty_id}/{row.pk}/{name}/", given)


# --- the owner's phone -------------------------------------------------------------------
def test_mine_stand_by_their_days(cast: Cast) -> None:
    duty(cast)
    with clock.at(APRIL):
        shown = as_user(cast.community_leader).get(MINE).context
    assert {name: len(shown[name]) for name in ("late", "this_month", "later", "over")} == {
        "late": 1,
        "this_month": 0,
        "later": 3,
        "over": 0,
    }


def test_what_is_reported_stands_below(cast: Cast) -> None:
    row = reported(cast)
    shown = as_user(cast.community_leader).get(MINE).context
    assert [each.turn for each in shown["over"]] == [row]


def test_reported_with_a_photo_and_a_request(cast: Cast) -> None:
    row, ticket = turn(cast), accepted(cast)
    fields = {"photos": [picture()], "number": ticket.number}
    assert report(cast.community_leader, row, **fields)["Location"] == f"{MINE}{row.pk}/"
    entry = Entry.objects.get()
    assert (entry.words, entry.ticket, entry.photos.count()) == ("已召开联席会", ticket, 1)
    page = read(cast.director, row.duty.get_absolute_url())
    assert [words in page for words in ("已召开联席会", ticket.number, "thumbnail/")] == [True] * 3


def test_a_second_tap_is_one_report(cast: Cast) -> None:
    row, once = turn(cast), uuid4()
    taps = [report(cast.community_leader, row, action_id=once).status_code for _tap in range(2)]
    assert (taps, Entry.objects.count()) == ([303, 303], 1)


def test_nothing_typed_is_lost(cast: Cast) -> None:
    row = turn(cast)
    page = report(cast.community_leader, row, number="WG-0", photos=[picture()])
    assert page.status_code == 422
    assert [words in page.content.decode() for words in ("已召开联席会", "WG-0", "kept_photos")] == [True] * 3


def test_without_words_a_sentence_stands_at_the_field(cast: Cast) -> None:
    page = report(cast.community_leader, turn(cast), words="")
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["words"])


def test_a_hidden_request_is_no_evidence(cast: Cast) -> None:
    ticket = accepted(cast)
    row = turn(cast, community=cast.community_unit2, owner=cast.community2)
    assert report(cast.community2, row, number=ticket.number).status_code == 422


def test_an_old_page_is_told_so_and_keeps_its_words(cast: Cast) -> None:
    row = reported(cast)
    page = report(cast.community_leader, row, version=1)
    assert (page.status_code, "已召开联席会" in page.content.decode()) == (409, True)


def test_the_keeper_of_another_unit_reports_nothing(cast: Cast) -> None:
    row = turn(cast)
    assert report(cast.director, row).status_code == 409
    assert Turn.objects.get().state == State.PLANNED


def test_the_page_about_oneself_leads_there(cast: Cast) -> None:
    assert MINE in read(cast.community_leader, "/worker/me/")
    assert MINE not in read(cast.worker, "/worker/me/")


# --- photos ------------------------------------------------------------------------------
def test_photos_are_for_those_who_see_the_duty(cast: Cast) -> None:
    row = turn(cast)
    report(cast.community_leader, row, photos=[picture()])
    address = f"{MINE}{row.pk}/photos/{Evidence.objects.get().pk}/image/"
    for who in ("community_leader", "community", "director", "auditor"):
        response: Any = as_user(getattr(cast, who)).get(address)
        assert (response["Content-Type"], response.getvalue()[:2]) == ("image/jpeg", b"\xff\xd8")
    for who in ("community2", "worker", "department", "parttime"):
        read(getattr(cast, who), address, 404)


# --- outsiders ---------------------------------------------------------------------------
OUTSIDE = ["community2", "worker", "leader", "parttime", "department"]


@pytest.mark.parametrize("who", OUTSIDE)
def test_outsiders_find_nothing(cast: Cast, who: str) -> None:
    row, user = reported(cast), getattr(cast, who)
    read(user, f"{MINE}{row.pk}/", 404)
    assert report(user, row).status_code == 404
    assert row.duty.item not in read(user, MINE)
    assert judge(user, row, "check").status_code in (403, 404)
    assert Turn.objects.get().state == State.DONE


@pytest.mark.parametrize("who", ["worker", "leader", "parttime", "department"])
@pytest.mark.parametrize("address", [LIST, NEXT])
def test_the_office_is_for_offices(cast: Cast, who: str, address: str) -> None:
    read(getattr(cast, who), address, 403)


@pytest.mark.parametrize("address", [LIST, NEXT, MINE, f"{LIST}1/", f"{MINE}1/"])
def test_strangers_sign_in(client: Client, address: str) -> None:
    assert client.get(address)["Location"].startswith("/accounts/login/")


def test_another_communitys_list_is_empty(cast: Cast) -> None:
    row = duty(cast)
    assert row.item not in read(cast.community2, f"{LIST}?year={YEAR}")
    read(cast.community2, row.get_absolute_url(), 404)


def test_a_community_does_not_read_the_streets(cast: Cast) -> None:
    row = street_duty(cast)
    read(cast.community, row.get_absolute_url(), 404)
    assert judge(cast.community, first(row), "cancel").status_code == 404


def test_an_owner_reads_their_own_wherever_it_stands(cast: Cast) -> None:
    row = duty(cast, community=cast.community_unit2, owner=cast.community)
    assert row.item in read(cast.community, row.get_absolute_url())


def test_an_auditor_reads_and_does_nothing(cast: Cast) -> None:
    row = reported(cast)
    assert "/check/" not in read(cast.auditor, row.duty.get_absolute_url())
    assert judge(cast.auditor, row, "check").status_code == 409
    read(cast.auditor, NEXT, 403)


# --- the office --------------------------------------------------------------------------
def test_the_list_stands_by_tier(cast: Cast) -> None:
    duty(cast, tier=Tier.DIRECT)
    street_duty(cast)
    shown = as_user(cast.director).get(f"{LIST}?year={YEAR}").context
    assert [row.duty.tier for row in shown["rows"]] == [Tier.FIRST, Tier.DIRECT]
    assert [unit.key for unit in shown["counts"]] == [None, cast.community_unit.pk]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2),
        ("tier=1", 1),
        ("community=street", 1),
        ("state=late", 2),
        ("state=done", 0),
        ("state=nonsense&tier=x&owner=0&community=99999", 2),
        ("after=3.1", 1),
        ("after=x.y", 2),
    ],
)
def test_filters(cast: Cast, query: str, found: int) -> None:
    duty(cast)
    street_duty(cast)
    with clock.at(APRIL):
        shown = as_user(cast.director).get(f"{LIST}?year={YEAR}&{query}").context
    assert len(shown["rows"]) == found


def test_filtered_by_owner_and_unit(cast: Cast) -> None:
    row = duty(cast)
    street_duty(cast)
    query = f"owner={cast.community_leader.pk}&community={cast.community_unit.pk}"
    shown = as_user(cast.director).get(f"{LIST}?year={YEAR}&{query}").context
    assert [each.duty for each in shown["rows"]] == [row]


def test_checked_in_the_office(cast: Cast) -> None:
    row = reported(cast)
    assert judge(cast.director, row, "check", words="").status_code == 303
    assert Turn.objects.get().state == State.CHECKED


def test_returned_with_a_reason(cast: Cast) -> None:
    row = reported(cast)
    assert judge(cast.community, row, "return", words="").status_code == 422
    assert judge(cast.community, row, "return").status_code == 303
    assert "缺签到表" in read(cast.community_leader, f"{MINE}{row.pk}/")


def test_cancelled_with_a_reason(cast: Cast) -> None:
    row = turn(cast)
    assert judge(cast.director, row, "cancel").status_code == 303
    assert Turn.objects.get().state == State.CANCELLED


def test_a_step_that_does_not_exist_is_not_found(cast: Cast) -> None:
    assert judge(cast.director, turn(cast), "burn").status_code == 404


def test_a_turn_of_another_duty_is_not_found(cast: Cast) -> None:
    row, other = reported(cast), street_duty(cast)
    row.duty_id = other.pk
    assert judge(cast.director, row, "check").status_code == 404


# --- the next year -----------------------------------------------------------------------
def test_the_next_year_is_shown_before_it_is_made(cast: Cast) -> None:
    row = duty(cast)
    assert row.item in read(cast.director, f"{NEXT}?year={YEAR}")
    assert not Duty.objects.filter(year=YEAR + 1).exists()


def test_pressed_twice_it_is_made_once(cast: Cast) -> None:
    duty(cast)
    client = as_user(cast.director)
    for _press in range(2):
        assert client.post(NEXT, {"year": YEAR}).status_code == 303
    assert Duty.objects.filter(year=YEAR + 1).count() == 1


def test_who_takes_over_is_chosen_on_the_page(cast: Cast) -> None:
    row = duty(cast)
    Post.objects.filter(user=cast.community_leader).delete()
    client = as_user(cast.director)
    assert f"heir_{row.pk}" in read(cast.director, f"{NEXT}?year={YEAR}")
    assert client.post(NEXT, {"year": YEAR, f"heir_{row.pk}": cast.worker2.pk}).status_code == 422
    client.post(NEXT, {"year": YEAR, f"heir_{row.pk}": cast.community.pk})
    assert Duty.objects.get(year=YEAR + 1).owner == cast.community


# --- the desk ----------------------------------------------------------------------------
def test_what_waits_for_a_check_stands_on_the_keepers_desk(cast: Cast) -> None:
    row = reported(cast)
    for user in (cast.director, cast.community):
        waiting = pages.to_check(user, 5)
        assert waiting is not None
        assert [each.turn for each in waiting.rows] == [row]
    for who in ("community_leader", "community2", "section", "auditor", "worker"):
        waiting = pages.to_check(getattr(cast, who), 5)
        assert waiting is not None
        assert waiting.count == 0


def test_the_desk_shows_both_queues(cast: Cast) -> None:
    item = reported(cast).duty.item
    own = street_duty(cast, item="召开专题党工委会议")
    with clock.at(APRIL):
        page = read(cast.director, "/admin/")
    assert [item in page, own.item in page] == [True, True]


def test_what_is_due_stands_on_the_owners_desk(cast: Cast) -> None:
    row = turn(cast)
    with clock.at(APRIL):
        waiting = pages.due(cast.community_leader, 5)
    assert waiting is not None
    assert [each.turn for each in waiting.rows] == [row]
    assert pages.due(cast.worker, 5) is None


# --- the admin ---------------------------------------------------------------------------
ADMIN = "/admin/duties/duty/"


def filled(cast: Cast, **fields: Any) -> dict[str, Any]:
    common = {
        "year": YEAR,
        "tier": Tier.POST.value,
        "community": cast.community_unit.pk,
        "item": "每月走访",
        "evidence": "台账",
        "owner": cast.community_leader.pk,
        "period": Period.YEAR.value,
        "once_on": "",
    }
    return common | fields


def test_added_in_the_admin_with_its_days(cast: Cast) -> None:
    with clock.at(APRIL):
        response = as_user(cast.community).post(f"{ADMIN}add/", filled(cast))
    assert response.status_code == 302
    assert Duty.objects.get().turns.count() == 1


def test_a_community_adds_none_for_the_street_or_another(cast: Cast) -> None:
    client = as_user(cast.community)
    for unit in ("", cast.community_unit2.pk):
        assert client.post(f"{ADMIN}add/", filled(cast, community=unit)).status_code == 200
    assert not Duty.objects.exists()


@pytest.mark.parametrize("who", ["worker", "leader2", "community2", "department"])
def test_the_owner_holds_a_post_of_the_unit(cast: Cast, who: str) -> None:
    given = filled(cast, owner=getattr(cast, who).pk)
    response = as_user(cast.director).post(f"{ADMIN}add/", given)
    assert list(response.context["adminform"].form.errors) == ["owner"]


def test_a_day_for_what_is_done_once_alone(cast: Cast) -> None:
    for fields in ({"period": "once"}, {"once_on": f"{YEAR}-05-01"}):
        response = as_user(cast.director).post(f"{ADMIN}add/", filled(cast, **fields))
        assert response.context["adminform"].form.errors
    other_year = filled(cast, period="once", once_on=f"{YEAR + 1}-05-01")
    assert "once_on" in as_user(cast.director).post(f"{ADMIN}add/", other_year).context["errors"].as_text()


def test_the_owner_is_looked_up_among_those_in_post(cast: Cast) -> None:
    address = "/admin/autocomplete/?app_label=duties&model_name=duty&field_name=owner&term="
    found = as_user(cast.director).get(address).json()["results"]
    names = {"community", "community_leader", "community2", "dispatcher", "section", "director"}
    assert {int(each["id"]) for each in found} == {getattr(cast, name).pk for name in names}


def test_the_admin_shows_a_community_its_own(cast: Cast) -> None:
    row = duty(cast)
    assert row.item in read(cast.community, ADMIN)
    assert row.item not in read(cast.community2, ADMIN)
    assert as_user(cast.community2).get(f"{ADMIN}{row.pk}/change/").status_code == 302
    read(cast.worker, ADMIN, 302)


def test_an_owner_elsewhere_reads_it_there_and_changes_nothing(cast: Cast) -> None:
    row = street_duty(cast)
    assert "_save" not in read(cast.dispatcher, f"{ADMIN}{row.pk}/change/")
    assert as_user(cast.dispatcher).post(f"{ADMIN}{row.pk}/change/", filled(cast)).status_code == 403


def test_a_duty_with_a_history_is_not_deleted(cast: Cast) -> None:
    row = reported(cast).duty
    as_user(cast.director).post(f"{ADMIN}{row.pk}/delete/", {"post": "yes"})
    assert Duty.objects.get() == row


# --- how much is asked of the database ------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("who", "address", "queries"),
    [
        ("director", f"{LIST}?year={YEAR}", 7),
        ("community_leader", MINE, 5),
        ("director", f"{NEXT}?year={YEAR}", 7),
        ("director", ADMIN, 7),
    ],
)
def test_lists_ask_a_fixed_number_of_queries(
    cast: Cast,
    django_assert_num_queries: DjangoAssertNumQueries,
    who: str,
    address: str,
    queries: int,
    count: int,
) -> None:
    for _row in range(count):
        reported(cast)
        duty(cast)
    client = as_user(getattr(cast, who))
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_a_duty_asks_the_same_for_many_turns(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    row = duty(cast)
    for each in list(row.turns.select_related("duty"))[:count]:
        take(each, "report", by=cast.community_leader, words="好", ticket=accepted(cast))
    client = as_user(cast.director)
    with django_assert_num_queries(9):
        assert client.get(row.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_a_sweep_asks_the_same_for_many(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    from partybuilding.duties.services.reminders import remind_late

    party_section(cast)
    for _row in range(count):
        duty(cast)
    with clock.at(APRIL), django_assert_num_queries(10):
        assert remind_late() == count
