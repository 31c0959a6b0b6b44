"""Pages of the three lists: everybody's, those known by phone, the office's, and who is kept out."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.models import today
from partybuilding.access import By
from partybuilding.claims.models import Claim, Item, Milestone, Picture, Rating
from partybuilding.claims.services import steps
from partybuilding.door import hats
from residents.models import Resident
from tests.cast import Cast
from tests.markup import inline
from tests.partybuilding.claims.scene import (
    ONE,
    STRANGER,
    TELLER,
    TELLER_NAME,
    TWO,
    accepted,
    agreed,
    as_,
    claimed,
    draft,
    fresh,
    knowing,
    need,
    photo,
    unit,
)
from tests.residents.factories import make_resident
from wangguan.privacy import keyed_hash

pytestmark = pytest.mark.django_db
OFFICE = "/admin/party/claims/"


def claim_form(item: Item, owner: Any, **fields: Any) -> dict[str, Any]:
    return {"unit": owner.pk, "shares": 1, "seen": item.taken, "form_id": str(uuid4()), **fields}


# --- for everybody ---------------------------------------------------------------------------
def test_everybody_reads_what_is_published_and_nothing_of_who_told_it(client: Client, cast: Cast) -> None:
    wanted = need(cast, contact_name=TELLER_NAME, contact_phone=TELLER)
    claimed(wanted, unit(cast))
    hidden = draft(cast, title="还没审核")
    for address in ("/together/", f"/together/items/{wanted.pk}/"):
        response = client.get(address)
        text = response.content.decode()
        assert (response.status_code, inline(text), wanted.title in text) == (200, [], True)
        assert all(word not in text for word in (TELLER, TELLER_NAME, ONE, "钱秀兰", hidden.title))
        assert "public" in response["Cache-Control"]
    assert all(
        f'href="/together/{room}/"' in client.get("/together/").content.decode()
        for room in ("teams", "centre")
    )
    assert "市第五中学" in text
    assert client.get(f"/together/items/{hidden.pk}/").status_code == 404


def test_the_lists_are_narrowed_searched_and_paged(client: Client, cast: Cast) -> None:
    rows = [need(cast, title=f"需求{number:02}") for number in range(21)]
    goods = need(cast, kind="goods", title="旧图书", sort="project")
    far = need(cast, community=cast.community_unit2, title="青龙山的事")

    def shown(query: str) -> list[Item]:
        return list(client.get(f"/together/?{query}").context["items"])

    assert shown("sort=project") == shown("kind=goods") == shown("q=图书") == [goods]
    assert shown(f"community={cast.community_unit2.code}") == [far]
    assert shown("sort=magic&kind=magic&community=magic&after=x~y") == [far, goods, *reversed(rows[3:])]
    after = client.get("/together/").context["next"]
    assert shown(after) == list(reversed(rows[:3]))


def test_the_lists_ask_as_often_for_three_as_for_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    office, school, contact = as_(cast.community), unit(cast), knowing(ONE)
    for number in range(3):
        claimed(need(cast, shares=3, title=f"需求{number}"), school)
        if number == 1:
            continue
        with django_assert_num_queries(2):
            assert Client().get("/together/").status_code == 200
        with django_assert_num_queries(5):
            assert office.get(OFFICE).status_code == 200
        with django_assert_num_queries(3):
            assert contact.get("/together/claims/").status_code == 200


# --- a unit's contact ------------------------------------------------------------------------
def test_a_unit_claims_and_the_second_is_shown_who_was_faster_and_joins(cast: Cast) -> None:
    school, clinic, wanted = unit(cast), unit(cast, "社区医院", phone=TWO), need(cast, shares=2)
    address = f"/together/items/{wanted.pk}/claim/"
    assert knowing(ONE).get(address).status_code == 200
    assert knowing(ONE).post(address, claim_form(wanted, school)).status_code == 303
    late = claim_form(wanted, clinic, words="护士两名")
    response = knowing(TWO).post(address, late)
    text = response.content.decode()
    assert (response.status_code, "市第五中学" in text, "护士两名" in text) == (409, True, True)
    assert all(word not in text for word in (ONE, "钱秀兰"))
    joined = {**late, "seen": response.context["form"]["seen"].value()}
    assert knowing(TWO).post(address, joined).status_code == 303
    assert fresh(wanted).taken == 2


def test_where_nothing_is_left_the_first_is_asked_and_divides(cast: Cast) -> None:
    school, clinic, wanted = unit(cast), unit(cast, "社区医院", phone=TWO), need(cast)
    first = claimed(wanted, school)
    address = f"/together/items/{wanted.pk}/claim/"
    response = knowing(TWO).post(address, {**claim_form(wanted, clinic), "ask": "1"})
    asking = Claim.objects.get(unit=clinic)
    assert (response.status_code, asking.state) == (303, "waiting")
    page = f"/together/claims/{first.pk}/"
    assert [each.claim for each in knowing(ONE).get(page).context["asking"]] == [asking]
    divided = knowing(ONE).post(f"/together/claims/{asking.pk}/divide/")
    assert (divided.status_code, divided.headers["location"]) == (303, page)
    assert fresh(wanted).taken == 2


def test_a_unit_offers_and_the_office_publishes(cast: Cast) -> None:
    school = unit(cast)
    client = knowing(ONE)
    form = {
        "unit": school.pk,
        "kind": "space",
        "title": "排练厅",
        "shares": "1",
        "ends_on": str(today()),
        "form_id": str(uuid4()),
    }
    assert client.post("/together/claims/offer/", {**form, "words": "找 13812345678"}).status_code == 422
    late = {**form, "starts_on": str(today() + timedelta(days=1))}
    assert client.post("/together/claims/offer/", late).status_code == 422
    assert [client.post("/together/claims/offer/", form).status_code for _tap in range(2)] == [303, 303]
    row = Item.objects.get()
    assert as_(cast.director).post(f"{OFFICE}{row.pk}/steps/publish/").status_code == 303
    assert as_(cast.community).post(f"{OFFICE}{row.pk}/steps/publish/").status_code == 303  # done already
    gone = f"/together/claims/offers/{row.pk}/withdraw/"
    assert knowing(TWO).post(gone, {"note": "不借了"}).status_code == 404
    assert client.post(gone, {"note": " "}).status_code == 422
    client.post(gone, {"note": "不借了"})
    assert client.post(gone, {"note": "不借了"}).status_code == 303  # a second tap
    assert fresh(row).state == "withdrawn"


def test_the_two_sides_plan_reach_and_see_pictures(cast: Cast) -> None:
    claim = agreed(cast, need(cast), unit(cast))
    unit(cast, "别的单位", phone=TWO)
    page, client = f"/together/claims/{claim.pk}/", knowing(ONE)
    form = {"name": "第一次排练", "due_on": str(today()), "form_id": str(uuid4())}
    old = {**form, "due_on": str(today() - timedelta(days=1))}
    assert client.post(f"{page}milestones/", old).status_code == 422
    assert [client.post(f"{page}milestones/", form).status_code for _tap in range(2)] == [303, 303]
    milestone = Milestone.objects.get()
    reached = f"/together/claims/milestones/{milestone.pk}/"
    told_ = {"reached_on": str(today()), "words": "来了三十人", "photos": photo()}
    assert knowing(TWO).post(reached, told_).status_code == 404
    ahead = {**told_, "reached_on": str(today() + timedelta(days=1)), "photos": photo()}
    assert client.post(reached, ahead).status_code == 422
    assert client.post(reached, {**told_, "photos": photo()}).status_code == 303
    picture = Picture.objects.get()
    own, office = f"/together/claims/pictures/{picture.pk}/image/", f"{OFFICE}pictures/{picture.pk}/image/"
    for response in (client.get(own), as_(cast.community).get(office)):
        assert b"".join(response.streaming_content).startswith(b"\xff\xd8")  # type: ignore[attr-defined]
    assert [knowing(TWO).get(own).status_code, Client().get(own).status_code] == [404, 302]
    assert [as_(cast.community2).get(office).status_code, as_(cast.worker).get(office).status_code] == [
        404,
        403,
    ]
    assert "来了三十人" in client.get(page).content.decode()


def test_somebody_elses_phone_reaches_nothing(cast: Cast) -> None:
    wanted = need(cast)
    claim = claimed(wanted, unit(cast))
    unit(cast, "别的单位", phone=TWO)
    for end in ("release/", "milestones/", "begin/"):
        address = f"/together/claims/{claim.pk}/{end}"
        assert knowing(TWO).post(address, {"note": "甲"}).status_code == 404
        assert Client().post(address).headers["location"].startswith("/together/in/")
    assert knowing(TWO).get(f"/together/claims/{claim.pk}/").status_code == 404
    assert knowing(STRANGER).get(f"/together/items/{wanted.pk}/claim/").status_code == 403
    assert knowing(STRANGER).get("/together/claims/offer/").status_code == 403
    assert knowing(STRANGER).get("/together/claims/").context["units"] == []
    assert Client().get("/together/claims/").status_code == 302
    assert knowing(ONE).post(f"/together/claims/{claim.pk}/agree/").status_code == 409
    assert knowing(ONE).post(f"/together/claims/{claim.pk}/done/").status_code == 404


# --- who tells -------------------------------------------------------------------------------
def tell_form(cast: Cast, **fields: Any) -> dict[str, Any]:
    return {
        "kind": "skill",
        "title": "想学智能手机",
        "community": cast.community_unit.pk,
        "contact_name": TELLER_NAME,
        "contact_phone": TELLER,
        "consent": "on",
        "form_id": str(uuid4()),
        **fields,
    }


def test_a_resident_tells_reads_rates_and_takes_back(cast: Cast) -> None:
    client, form = knowing(TELLER), tell_form(cast)
    assert [client.post("/together/tell/", form).status_code for _tap in range(2)] == [303, 303]
    row = Item.objects.get()
    client.post("/together/tell/", tell_form(cast, title="第二件"))
    assert client.post(f"/together/told/{row.pk + 1}/withdraw/", {"note": ""}).status_code == 422
    client.post(f"/together/told/{row.pk + 1}/withdraw/", {"note": "有人教了"})
    assert Item.objects.get(pk=row.pk + 1).state == "withdrawn"
    steps.take(row, "publish", by=By(cast.community))
    accepted(cast, row, unit(cast))
    mark = {"stars": "5", "words": "讲得慢", "form_id": str(uuid4())}
    assert knowing(STRANGER).post(f"/together/told/{row.pk}/rate/", mark).status_code == 404
    assert client.post(f"/together/told/{row.pk}/rate/", {**mark, "stars": "9"}).status_code == 422
    assert client.post(f"/together/told/{row.pk}/rate/", mark).status_code == 303
    assert (fresh(row).state, Rating.objects.get().stars) == ("rated", 5)
    assert "5.0" in Client().get(f"/together/items/{row.pk}/").content.decode()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"contact_phone": STRANGER}, "contact_phone"),
        ({"consent": ""}, "consent"),
        ({"community": ""}, "community"),
        ({"words": "请打 13812345678"}, "words"),
        ({"kind": "magic"}, "kind"),
        ({"ends_on": "2020-05-01"}, "ends_on"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(cast: Cast, fields: dict[str, Any], wrong: str) -> None:
    response = knowing(TELLER).post("/together/tell/", tell_form(cast, **fields))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [wrong])
    assert ("想学智能手机" in response.content.decode(), Item.objects.exists()) == (True, False)


def test_a_phone_knows_what_it_is_here(cast: Cast) -> None:
    unit(cast)
    draft(cast, contact_name=TELLER_NAME, contact_phone=TELLER)
    addresses = {
        phone: [hat.url for hat in hats.of(keyed_hash(phone)) if hat.url.split("/")[2] in ("claims", "told")]
        for phone in (ONE, TELLER, STRANGER)
    }
    assert addresses == {ONE: ["/together/claims/"], TELLER: ["/together/told/"], STRANGER: []}


def test_a_registered_resident_may_enter_and_tell_until_they_leave(cast: Cast) -> None:
    row = make_resident(building=cast.building, phone=STRANGER)
    assert [hat.url for hat in hats.of(keyed_hash(STRANGER))] == ["/together/tell/"]
    Resident.objects.filter(pk=row.pk).update(left_on=today(), left_how="moved")
    assert hats.of(keyed_hash(STRANGER)) == []
