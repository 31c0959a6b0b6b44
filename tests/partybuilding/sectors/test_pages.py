"""Pages of the office and of the phone: who opens them, what they show, what a press does."""

from datetime import timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from grids.models import Building, User
from partybuilding.organisations.models import Organisation
from partybuilding.sectors.models import Firm
from partybuilding.sectors.queries import SELECTIONS
from partybuilding.sectors.services import firms
from partybuilding.sectors.services.firms import Counted
from tests.cast import Cast
from tests.partybuilding.sectors.scenes import (
    AT,
    committee,
    established,
    guided,
    joint_branch,
    reported,
    surveyed,
)
from wangguan import clock

pytestmark = pytest.mark.django_db
OFFICE = "/admin/party/sectors/"
PHONE = "/worker/sectors/"
OFFICES = [OFFICE, f"{OFFICE}map/", f"{OFFICE}coverage/"]


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sent(client: Client, firm: Firm, step: str, at: str = OFFICE, **fields: Any) -> Any:
    given = {"action_id": uuid4(), "version": firm.version, **fields}
    return client.post(f"{at}{firm.pk}/{step}/", given)


# --- who opens what ----------------------------------------------------------------------
@pytest.mark.parametrize("address", [*OFFICES, f"{OFFICE}new/", PHONE, f"{PHONE}new/"])
def test_strangers_sign_in(client: Client, address: str) -> None:
    assert client.get(address).url.startswith("/accounts/login/")  # type: ignore[attr-defined]


OPEN_TO = ("community", "director", "dispatcher", "auditor")
SHUT_TO = ("worker", "leader", "parttime", "department")


def test_the_office_is_for_offices(cast: Cast) -> None:
    reported(cast)
    for who in (*OPEN_TO, *SHUT_TO):
        client, expected = as_user(getattr(cast, who)), 200 if who in OPEN_TO else 403
        for address in OFFICES:
            assert (who, address, client.get(address).status_code) == (who, address, expected)


def test_the_phone_is_for_those_who_see_firms(cast: Cast) -> None:
    found = {"worker": 200, "instructor": 200, "section": 200, "parttime": 403, "department": 403}
    assert {who: as_user(getattr(cast, who)).get(PHONE).status_code for who in found} == found


@pytest.mark.parametrize("who", ["worker2", "leader_beside", "community2"])
def test_outsiders_find_no_firm(cast: Cast, who: str) -> None:
    firm, client = guided(cast), as_user(getattr(cast, who))
    assert client.get(f"{PHONE}{firm.pk}/").status_code == 404
    assert sent(client, firm, "visit", PHONE, words="看过").status_code == 404
    assert client.post(f"{PHONE}{firm.pk}/call/").status_code == 404
    assert firm.name not in client.get(f"{PHONE}?what=all").content.decode()


def test_another_community_finds_nothing_in_the_office(cast: Cast) -> None:
    firm, client = reported(cast), as_user(cast.community2)
    assert client.get(f"{OFFICE}{firm.pk}/").status_code == 404
    for address in OFFICES:
        assert firm.name not in client.get(address).content.decode()


@pytest.mark.parametrize("stage", list(AT))
def test_an_auditor_reads_and_changes_nothing(cast: Cast, stage: str) -> None:
    firm, client = AT[stage](cast), as_user(cast.auditor)
    page = client.get(f"{OFFICE}{firm.pk}/")
    assert (page.status_code, page.context["forms"], page.context["may_call"]) == (200, [], False)
    assert sent(client, firm, "leave", why="closed", words="关了").status_code in (409, 422)
    assert Firm.objects.get().version == firm.version


@pytest.mark.parametrize("who", ["director", "auditor", "community", "worker"])
def test_no_page_shows_the_whole_number(cast: Cast, who: str) -> None:
    firm = reported(cast)
    page = as_user(getattr(cast, who)).get(f"{PHONE}{firm.pk}/").content.decode()
    assert ["13912345678" in page, "139****5678" in page, "王经理" in page] == [False, True, False]


# --- steps -------------------------------------------------------------------------------
def test_from_the_phone_to_a_branch(cast: Cast) -> None:
    committee(cast)
    worker, keeper = as_user(cast.worker), as_user(cast.community)
    fields = {
        "name": "快马外卖站点",
        "kind": "site",
        "trade": "meals",
        "grid": cast.grid.pk,
        "address": "九区沿街2号",
        "contact_phone": "139 1234 5678",
        "building": cast.building.pk,
        "people": 30,
        "party_members": 4,
        "floating_members": 1,
        "needs": "充电",
        "offers": "",
        "action_id": uuid4(),
    }
    assert [worker.post(f"{PHONE}new/", fields).status_code for _twice in range(2)] == [303, 303]
    firm = Firm.objects.get()
    assert sent(keeper, firm, "confirm", words="").status_code == 303
    firm.refresh_from_db()
    assert sent(keeper, firm, "guide", adviser=cast.section.pk).status_code == 303
    firm.refresh_from_db()
    visit = {"words": "谈了组建", "on": "2020-01-02"}
    assert sent(as_user(cast.section), firm, "visit", PHONE, **visit).status_code == 303
    firm.refresh_from_db()
    new = {"new_name": "快马党支部", "founded_on": "2026-01-05"}
    assert sent(keeper, firm, "establish", **new).status_code == 303
    firm.refresh_from_db()
    assert (firm.stage, str(firm.branch), firm.contact_phone) == ("established", "快马党支部", "13912345678")


def test_a_refused_form_keeps_what_was_typed(cast: Cast) -> None:
    client = as_user(cast.worker)
    fields = {"name": "快马外卖站点", "people": 2, "party_members": 3, "action_id": uuid4()}
    page = client.post(f"{PHONE}new/", fields)
    assert (page.status_code, "快马外卖站点" in page.content.decode()) == (422, True)


def test_too_many_members_are_said_beside_the_field(cast: Cast) -> None:
    firm = reported(cast)
    fields: dict[str, Any] = {
        "on": "2026-01-05",
        "people": 2,
        "party_members": 3,
        "floating_members": 0,
        "needs": "歇脚处",
    }
    page = sent(as_user(cast.worker), firm, "survey", PHONE, **fields)
    assert page.status_code == 422
    assert list(page.context["forms"][0].errors) == ["party_members"]
    assert "歇脚处" in page.content.decode()


def test_a_stale_page_is_told_so_and_keeps_its_words(cast: Cast) -> None:
    firm = reported(cast)
    firms.confirm(firm, by=cast.community)
    page = sent(as_user(cast.community), firm, "leave", why="moved", words="已经搬走了")
    assert (page.status_code, "已经搬走了" in page.content.decode()) == (409, True)


def test_a_branch_is_one_of_the_two(cast: Cast) -> None:
    firm, keeper = guided(cast), as_user(cast.community)
    both: dict[str, Any] = {
        "organisation": joint_branch(cast).pk,
        "new_name": "又一支部",
        "founded_on": "2026-01-05",
    }
    for fields in (both, dict[str, Any]()):
        page = sent(keeper, firm, "establish", **fields)
        assert (page.status_code, "organisation" in page.context["forms"][0].errors) == (422, True)
    assert Firm.objects.get().branch is None


def test_a_step_that_does_not_exist_is_not_found(cast: Cast) -> None:
    assert sent(as_user(cast.community), reported(cast), "rate").status_code == 404


def test_a_worker_sees_the_survey_alone(cast: Cast) -> None:
    page = as_user(cast.worker).get(f"{PHONE}{surveyed(cast).pk}/")
    assert [form.step.name for form in page.context["forms"]] == ["survey"]


def test_nobody_enters_firms_of_another_grid(cast: Cast) -> None:
    page = as_user(cast.worker).get(f"{PHONE}new/")
    assert list(page.context["form"].fields["grid"].queryset) == [cast.grid]
    assert as_user(cast.auditor).get(f"{OFFICE}new/").status_code == 403
    assert as_user(cast.instructor).get(f"{PHONE}new/").status_code == 302


# --- the number --------------------------------------------------------------------------
@pytest.mark.parametrize(("who", "at"), [("community", OFFICE), ("section", PHONE)])
def test_keepers_and_adviser_call(cast: Cast, who: str, at: str) -> None:
    firm = guided(cast)
    page = as_user(getattr(cast, who)).post(f"{at}{firm.pk}/call/")
    assert 'href="tel:13912345678"' in page.content.decode()
    assert firm.entries.filter(what="called").count() == 1


def test_a_script_gets_the_number_alone(cast: Cast) -> None:
    firm, client = guided(cast), as_user(cast.section)
    answer = client.post(f"{PHONE}{firm.pk}/call/", headers={"accept": "application/json"})
    assert answer.json() == {"phone": "13912345678"}
    refused = as_user(cast.worker).post(f"{PHONE}{firm.pk}/call/", headers={"accept": "application/json"})
    assert (refused.status_code, list(refused.json())) == (409, ["says"])


# --- lists -------------------------------------------------------------------------------
def test_every_selection_opens(cast: Cast) -> None:
    established(cast)
    client = as_user(cast.director)
    for what, address in product([*SELECTIONS, "nonsense"], OFFICES):
        asked = {"what": what, "q": "顺达", "kind": "x", "community": "y", "after": "99999999"}
        assert (what, address, client.get(address, asked).status_code) == (what, address, 200)


def test_every_number_leads_to_its_firms(cast: Cast) -> None:
    for number, make in enumerate(AT.values()):
        make(cast, name=f"店{number}")
    client = as_user(cast.director)
    page = client.get(f"{OFFICE}coverage/")
    row = page.context["rows"][1]
    for name, number in row.numbers:
        found = client.get(OFFICE, {"what": name, "community": row.code}).context["rows"]
        assert (name, len(found)) == (name, number)
        if number:
            assert f"?what={name}&amp;community={row.code}" in page.content.decode()


def test_a_firm_is_found_by_the_whole_number(cast: Cast) -> None:
    reported(cast)
    client = as_user(cast.community)
    found = [len(client.get(OFFICE, {"q": words}).context["rows"]) for words in ("13912345678", "139123")]
    assert found == [1, 0]


def test_the_map_draws_firms_by_point_and_building(cast: Cast) -> None:
    own = reported(cast, name="甲店", latitude=36.6305, longitude=116.9305)
    inside = reported(cast, name="乙店", building=Building.objects.get())
    nowhere = reported(cast, name="丙店")
    page = as_user(cast.community).get(f"{OFFICE}map/")
    assert {mark.firm for mark in page.context["marks"]} == {own, inside}
    assert set(page.context["rows"]) == {own, inside, nowhere}
    width, height = map(float, page.context["view_box"].split()[2:])
    assert all(0 < mark.x < width and 0 < mark.y < height for mark in page.context["marks"])


def test_firms_at_one_address_stand_side_by_side(cast: Cast) -> None:
    for name in ("甲店", "乙店"):
        reported(cast, name=name, building=cast.building)
    marks = as_user(cast.community).get(f"{OFFICE}map/").context["marks"]
    assert len({(mark.x, mark.y) for mark in marks}) == 2


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("who", "address", "queries"),
    [
        ("director", OFFICE, 5),
        ("director", f"{OFFICE}coverage/", 5),
        ("director", f"{OFFICE}map/", 6),
        ("section", PHONE, 4),
        ("worker", f"{PHONE}?what=all", 5),
    ],
)
def test_lists_ask_a_fixed_number_of_queries(
    cast: Cast, django_assert_num_queries: Any, who: str, address: str, queries: int, rows: int
) -> None:
    for number in range(rows):
        guided(cast, name=f"店{number}")
    client = as_user(getattr(cast, who))
    client.get(f"{OFFICE}map/")
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_a_firms_page_asks_a_fixed_number_of_queries(
    cast: Cast, django_assert_num_queries: Any, rows: int
) -> None:
    firm = guided(cast)
    for number in range(rows):
        firms.visit(firm, by=cast.section, words=f"第{number}次")
        firms.survey(firm, by=cast.worker, counted=Counted(9, number))
    client = as_user(cast.community)
    with django_assert_num_queries(10):
        client.get(f"{OFFICE}{firm.pk}/")


# --- on the desk and beside the bar -------------------------------------------------------
def test_the_desk_shows_what_waits_for_keepers(cast: Cast) -> None:
    reported(cast, name="甲店")
    surveyed(cast, name="乙店")
    page = as_user(cast.community).get("/admin/").content.decode()
    assert ["甲店" in page, "乙店" in page] == [True, True]
    for who in ("community2", "dispatcher", "auditor"):
        page = as_user(getattr(cast, who)).get("/admin/").content.decode()
        assert ["甲店" in page, "乙店" in page] == [False, False]


def test_the_desk_asks_the_same_for_many(cast: Cast, django_assert_num_queries: Any) -> None:
    from partybuilding.sectors.pages import waiting

    for number in range(3):
        reported(cast, name=f"甲店{number}")
        surveyed(cast, name=f"乙店{number}")
    user = User.objects.get(pk=cast.community.pk)
    assert user.current_posts
    with django_assert_num_queries(2):
        found = waiting(user, 2)
    assert {key: (each.count, len(each.rows)) for key, each in found.items()} == {
        "sectors_confirm": (3, 2),
        "sectors_three": (3, 2),
    }


@pytest.mark.parametrize(("who", "shown"), [("worker", True), ("section", True), ("department", False)])
def test_the_room_stands_on_the_page_me(cast: Cast, who: str, shown: bool) -> None:
    page = as_user(getattr(cast, who)).get("/worker/me/").content.decode()
    assert (f'href="{PHONE}"' in page) is shown


def test_a_visit_that_is_due_is_marked(cast: Cast) -> None:
    guided(cast)
    with clock.at(clock.now() + timedelta(days=100)):
        page = as_user(cast.section).get(PHONE)
        assert [firm.is_visit_due for firm in page.context["rows"]] == [True]


# --- the stock admin ---------------------------------------------------------------------
LIST = "/admin/sectors/firm/"


def test_the_admin_lists_ones_own_with_masks(cast: Cast) -> None:
    firm = reported(cast)
    page = as_user(cast.community).get(LIST).content.decode()
    assert [word in page for word in (firm.name, "139****5678", "13912345678", "王经理")] == [
        *(True, True, False, False)
    ]
    assert firm.name not in as_user(cast.community2).get(LIST).content.decode()
    assert as_user(cast.worker).get(LIST).status_code in (302, 403)


@pytest.mark.parametrize(
    ("who", "whole"), [("community", True), ("director", True), ("auditor", False), ("dispatcher", False)]
)
def test_the_admins_page_shows_the_number_to_keepers_alone(cast: Cast, who: str, whole: bool) -> None:
    page = as_user(getattr(cast, who)).get(f"{LIST}{reported(cast).pk}/change/")
    assert (page.status_code, "13912345678" in page.content.decode()) == (200, whole)


def corrected(firm: Firm, **fields: Any) -> dict[str, Any]:
    own = ("name", "kind", "trade", "address", "contact_name", "contact_phone")
    given = {name: getattr(firm, name) for name in own}
    return {**given, "grid": firm.grid_id, "building": "", "latitude": "", "longitude": "", **fields}


def test_a_correction_leaves_the_steps_alone(cast: Cast) -> None:
    firm = reported(cast)
    client = as_user(cast.community)
    firms.confirm(firm, by=cast.community)
    answer = client.post(
        f"{LIST}{firm.pk}/change/", corrected(firm, name="新名店", contact_phone="13800138000")
    )
    assert answer.status_code == 302
    stored = Firm.objects.get()
    assert (stored.name, stored.stage, stored.contact_phone) == ("新名店", "surveyed", "13800138000")
    assert list(Firm.objects.search("13800138000")) == [stored]


def test_a_correction_carries_nothing_into_another_community(cast: Cast) -> None:
    firm, client = reported(cast), as_user(cast.community)
    client.post(f"{LIST}{firm.pk}/change/", corrected(firm, grid=cast.grid_far.pk))
    assert Firm.objects.get().grid == cast.grid
    as_user(cast.director).post(f"{LIST}{firm.pk}/change/", corrected(firm, grid=cast.grid_far.pk))
    assert Firm.objects.get().community == cast.community_unit2


@pytest.mark.parametrize("who", ["auditor", "dispatcher"])
def test_readers_correct_nothing(cast: Cast, who: str) -> None:
    firm = reported(cast)
    answer = as_user(getattr(cast, who)).post(f"{LIST}{firm.pk}/change/", corrected(firm, name="新名店"))
    assert (answer.status_code, Firm.objects.get().name) == (403, firm.name)
    assert Organisation.objects.count() == 0


# --- a grid that is redrawn ---------------------------------------------------------------
def test_firms_follow_a_merged_grid(cast: Cast) -> None:
    from grids.models import ReshapingKind
    from grids.reshape import Move
    from partybuilding.sectors.redrawn import Firms

    firm = reported(cast)
    move = Move(ReshapingKind.MERGE, cast.grid, cast.grid_beside, cast.grid.code, cast.grid_beside.code)
    found = Firms().find(move)
    assert (found.counts, found.refusals) == ({"firms": 1}, ())
    Firms().carry(move, found, by=cast.director, number="1")
    assert Firm.objects.get().grid == cast.grid_beside
    firms.report(cast.grid, by=cast.worker, about={"name": firm.name, "address": "九区"})
    assert len(Firms().find(move).refusals) == 1
