"""The office's pages of the three lists, what fits, what is told, and who is kept out."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from grids.models import today
from partybuilding.access import By
from partybuilding.claims import demo
from partybuilding.claims.matching import fits, in_common
from partybuilding.claims.models import Claim, Item, Milestone, Picture
from partybuilding.claims.services import agreeing, reminders, steps
from partybuilding.claims.unclaimed import unclaimed
from partybuilding.claims.workflow import State
from requests_app.beside import panels
from requests_app.desk import queues
from tests.cast import Cast
from tests.markup import inline
from tests.partybuilding.claims.scene import (
    ONE,
    TELLER,
    TELLER_NAME,
    TWO,
    agreed,
    as_,
    claimed,
    draft,
    fresh,
    hall,
    knowing,
    need,
    of_phone,
    photo,
    planned,
    unit,
    waiting,
)
from tests.requests_app.matters import told
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.privacy import keyed_hash

pytestmark = pytest.mark.django_db
OFFICE = "/admin/party/claims/"


# --- the office ------------------------------------------------------------------------------
def test_who_opens_the_offices_pages(cast: Cast) -> None:
    row = draft(cast, contact_name=TELLER_NAME, contact_phone=TELLER)
    one = f"{OFFICE}{row.pk}/"
    shown = {"community": True, "director": True, "dispatcher": False, "section": False, "auditor": False}
    for name, keeps in shown.items():
        client = as_(getattr(cast, name))
        assert client.get(OFFICE).status_code == 200
        text = client.get(one).content.decode()
        assert (inline(text), TELLER in text, TELLER_NAME in text) == ([], keeps, keeps), name
        assert client.get(f"{one}edit/").status_code == (200 if keeps else 403), name
        assert client.get(f"{OFFICE}new/").status_code == (200 if keeps else 403), name
    for name in ("worker", "parttime", "department"):
        assert [as_(getattr(cast, name)).get(page).status_code for page in (OFFICE, one)] == [403, 403]
    assert as_(cast.community2).get(one).status_code == 404
    assert Client().get(OFFICE).status_code == 302


def test_others_take_no_step_in_the_office(cast: Cast) -> None:
    row = draft(cast)
    claim = claimed(need(cast), unit(cast))
    ends = (f"{row.pk}/steps/publish/", f"claims/{claim.pk}/agree/")
    for name, status in (("dispatcher", 409), ("auditor", 409), ("section", 409), ("community2", 404)):
        for end in ends:
            assert as_(getattr(cast, name)).post(OFFICE + end).status_code == status, (name, end)
    for end in (f"{row.pk}/steps/claimed/", f"{row.pk}/steps/rate/", f"claims/{claim.pk}/closed/"):
        assert as_(cast.community).post(OFFICE + end).status_code == 404
    assert (fresh(row).state, Claim.objects.get().state) == ("draft", "offered")


def office_form(cast: Cast, **fields: Any) -> dict[str, Any]:
    return {
        "sort": "need",
        "kind": "space",
        "title": "排练场地",
        "shares": "1",
        "community": cast.community_unit.pk,
        "form_id": str(uuid4()),
        **fields,
    }


def test_the_office_enters_corrects_and_publishes(cast: Cast) -> None:
    client, form = as_(cast.community), office_form(cast, words="电话 13812345678")
    assert [client.post(f"{OFFICE}new/", form).status_code for _tap in range(2)] == [303, 303]
    row = Item.objects.get()
    one = f"{OFFICE}{row.pk}/"
    assert client.post(f"{one}steps/publish/").status_code == 409
    better = office_form(cast, words="", contact_name=TELLER_NAME, contact_phone=TELLER)
    assert client.post(f"{one}edit/", better).status_code == 303
    assert client.post(f"{one}steps/publish/").status_code == 303
    assert (fresh(row).state, fresh(row).contact_hash) == ("published", keyed_hash(TELLER))
    assert client.post(f"{one}edit/", better).status_code == 409
    for wrong in ({"community": cast.community_unit2.pk}, {"community": ""}, {"shares": "21"}, {"title": ""}):
        assert client.post(f"{OFFICE}new/", office_form(cast, **wrong)).status_code == 422
    street = as_(cast.director).post(f"{OFFICE}new/", office_form(cast, community=""))
    assert street.status_code == 303


def test_a_need_is_made_of_a_request_without_who_told_it(cast: Cast) -> None:
    ticket = told(cast, contact_name="周大妈", contact_phone="13912345678")
    seen = [panel.template for panel in panels(ticket, cast.community)]
    assert "claims/panel.html" in seen
    for user in (cast.worker, cast.dispatcher, cast.auditor):
        assert "claims/panel.html" not in [panel.template for panel in panels(ticket, user)]
    client = as_(cast.community)
    page = client.get(f"{OFFICE}new/?ticket={ticket.number}")
    assert ("周大妈" in page.content.decode(), ticket.number in page.content.decode()) == (False, True)
    client.post(f"{OFFICE}new/", office_form(cast, ticket=ticket.number))
    row = Item.objects.get()
    assert (row.ticket, row.source, row.contact_phone) == (ticket, "ticket", "")
    steps.take(row, "publish", by=By(cast.community))
    assert ticket.number not in Client().get(f"/together/items/{row.pk}/").content.decode()
    others = as_(cast.community2).post(
        f"{OFFICE}new/", office_form(cast, ticket=ticket.number, community=cast.community_unit2.pk)
    )
    assert (others.status_code, Item.objects.latest("pk").ticket) == (303, None)


def test_a_community_claims_a_hall_for_its_need(cast: Cast) -> None:
    room, wanted = hall(cast, unit(cast)), need(cast)
    client, one = as_(cast.community), f"{OFFICE}{room.pk}/"
    form = {"community": cast.community_unit.pk, "counterpart": wanted.pk, "seen": 0, "form_id": str(uuid4())}
    assert as_(cast.auditor).post(f"{one}claim/", form).status_code in (409, 422)
    assert client.post(f"{one}claim/", form).status_code == 303
    claim = Claim.objects.get()
    second = as_(cast.community2).get(f"{one}?for=x")
    assert (second.status_code, second.context["taking"] is not None) == (200, True)
    assert [row.claim for row in client.get(f"{OFFICE}{wanted.pk}/").context["claims"]] == [claim]
    late = {**form, "community": cast.community_unit2.pk, "counterpart": "", "form_id": str(uuid4())}
    late["words"] = "夏夜合唱"
    response = as_(cast.community2).post(f"{one}claim/", late)
    assert (response.status_code, "九区社区" in response.context["refusal"]) == (409, True)
    assert "夏夜合唱" in response.content.decode()
    assert knowing(ONE).post(f"/together/claims/{claim.pk}/agree/").status_code == 303
    assert Claim.objects.get().state == "agreed"


def test_the_office_carries_it_to_its_end(cast: Cast) -> None:
    wanted = need(cast)
    claim = claimed(wanted, unit(cast))
    client, one = as_(cast.community), f"{OFFICE}{wanted.pk}/"
    assert client.post(f"{OFFICE}claims/{claim.pk}/refuse/", {"note": ""}).status_code == 422
    assert client.post(f"{OFFICE}claims/{claim.pk}/agree/").status_code == 303
    form = {"name": "排练", "due_on": str(today()), "form_id": str(uuid4())}
    assert client.post(f"{OFFICE}claims/{claim.pk}/milestones/", form).status_code == 303
    reached = {"reached_on": str(today()), "words": "来了三十人"}
    milestone = Milestone.objects.get()
    assert client.post(f"{OFFICE}milestones/{milestone.pk}/", reached).status_code == 303
    assert client.post(f"{OFFICE}milestones/{milestone.pk}/", reached).status_code == 409
    refused = client.post(f"{one}steps/accept/", {"note": "找 13812345678", "photos": photo()})
    assert (refused.status_code, "13812345678" in refused.content.decode()) == (422, True)
    assert client.post(f"{one}steps/accept/", {"note": "好", "photos": photo()}).status_code == 303
    mark = {"stars": "4", "how": "", "form_id": str(uuid4())}
    assert client.post(f"{one}rate/", mark).status_code == 422
    assert client.post(f"{one}rate/", {**mark, "how": "现场问了 12 人"}).status_code == 303
    assert (fresh(wanted).state, Picture.objects.count()) == ("rated", 1)


def test_the_desk_names_claims_to_agree_to(cast: Cast) -> None:
    school = unit(cast)
    claimed(need(cast), school)
    room = hall(cast, school)
    as_(cast.community).post(
        f"{OFFICE}{room.pk}/claim/",
        {"community": cast.community_unit.pk, "seen": 0, "form_id": str(uuid4())},
    )
    for user, count in (
        (cast.community, 1),
        (cast.director, 1),
        (cast.community2, None),
        (cast.auditor, None),
    ):
        held = {queue.key: waiting_.count for queue, waiting_ in queues.look(user, 5)}
        assert held.get("party_claims") == count
    assert "party_claims" in as_(cast.community).get("/admin/").content.decode()
    shown = as_(cast.community).get(f"{OFFICE}?show=to_agree").context["rows"]
    assert len(shown) == 1


def test_the_stock_admin_reads_and_takes_out_without_contacts(cast: Cast) -> None:
    row = draft(cast, contact_name=TELLER_NAME, contact_phone=TELLER)
    for user in (cast.community, cast.auditor):
        for page in ("item/", f"item/{row.pk}/change/", "claim/", "item/export/"):
            response = as_(user).get(f"/admin/claims/{page}")
            text = response.content.decode()
            assert (response.status_code, TELLER in text, TELLER_NAME in text) == (200, False, False)
    assert row.title not in as_(cast.community2).get("/admin/claims/item/").content.decode()
    assert as_(cast.worker).get("/admin/claims/item/").status_code in (302, 403)


# --- fits, and what is told ------------------------------------------------------------------
def test_what_fits_and_why(cast: Cast) -> None:
    school = unit(cast, offers="周末可用的排练厅和球场。")
    unit(cast, "远处单位", phone=TWO, community=cast.community_unit2, offers="球场")
    wanted = need(cast, title="合唱队排练场地", starts_on=today(), ends_on=today())
    room = hall(cast, school, title="排练厅", ends_on=today() + timedelta(days=30))
    hall(cast, school, kind="goods", title="课桌椅")
    hall(cast, school, title="只给青龙山", community=cast.community_unit2)
    found = fits(wanted)
    assert [(fit.item, fit.check_in and fit.check_in.unit) for fit in found] == [(room, None), (None, school)]
    assert [len(fit.reasons) for fit in found] == [3, 3]
    assert [fit.item for fit in fits(room)] == [wanted]
    wanted.shares = 2
    wanted.save()
    claimed(wanted, school, counterpart=room)
    assert fits(fresh(wanted)) == []
    assert [fit.item for fit in fits(need(cast))] == [None]


@pytest.mark.parametrize(
    ("one", "other", "word"),
    [
        ("合唱队排练", "周末可用排练厅", "排练"),
        ("社区活动", "居民活动", ""),
        ("甲", "甲", ""),
        ("", "排练", ""),
    ],
)
def test_words_in_common_say_something(one: str, other: str, word: str) -> None:
    assert in_common(one, other) == word


def test_what_nobody_claims_is_marked_told_once_and_read_by_the_council(cast: Cast) -> None:
    with clock.at(clock.now() - timedelta(days=15)):
        old, claimed_ = need(cast, title="没人认领"), need(cast, title="有人认领")
        claimed(claimed_, unit(cast))
    new = need(cast, title="刚发布")
    assert [reminders.remind_unclaimed() for _run in range(2)] == [1, 0]
    assert Message.objects.filter(kind="claim_unclaimed.office").count() == 2  # staff and leader
    assert list(unclaimed(None, today())) == list(unclaimed(cast.community_unit, today())) == [old]
    assert list(unclaimed(cast.community_unit2, today())) == []
    assert list(unclaimed(None, today() - timedelta(days=2))) == []
    assert [row.is_unclaimed for row in (fresh(old), fresh(claimed_), fresh(new))] == [True, False, False]
    assert list(as_(cast.community).get(f"{OFFICE}?show=unclaimed").context["rows"]) == [old]


def test_milestones_are_told_of_before_and_after_once(cast: Cast) -> None:
    claim = agreed(cast, need(cast), unit(cast))
    for days in (0, 3, 4):
        planned(cast, claim, due_on=today() + timedelta(days=days))
    assert [reminders.remind_ahead() for _run in range(2)] == [2, 0]
    assert Message.objects.filter(kind="claim_ahead", channel="sms").count() == 2
    assert Message.objects.filter(kind="claim_ahead.office", user=cast.community).count() == 2
    tomorrow = today() + timedelta(days=1)
    assert [reminders.remind_late(), reminders.remind_late(tomorrow), reminders.remind_late(tomorrow)] == [
        0,
        1,
        0,
    ]
    agreeing.move(claim, "end", by=By(cast.community), note="不做了")
    assert reminders.remind_ahead(tomorrow) == 0


def test_a_waiting_unit_reads_its_own_claim(cast: Cast) -> None:
    wanted = need(cast)
    claimed(wanted, unit(cast))
    asking = waiting(wanted, unit(cast, "社区医院", phone=TWO))
    response = knowing(TWO).get(f"/together/claims/{asking.pk}/")
    assert [each.step.name for each in response.context["row"].steps] == ["release"]
    assert of_phone(TWO).phone_hash == asking.unit.contact_hash  # type: ignore[union-attr]


def test_the_demo_loads_once_with_every_state(cast: Cast) -> None:
    from partybuilding.checkins.demo import load

    load()
    assert demo.load() == demo.load()
    assert {item.state for item in Item.objects.all()} == set(State)
    assert (
        sorted(Item.objects.values_list("sort", flat=True))
        == ["need"] * 6 + ["project"] * 3 + ["resource"] * 5
    )
    assert unclaimed(None, today()).exists()
