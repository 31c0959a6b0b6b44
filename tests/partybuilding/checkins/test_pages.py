"""Pages of the dual check-in: forms without an account, one's own page, the office's, and who is kept out."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.models import today
from partybuilding.checkins.models import Appraisal, MemberCheckIn, Need, Service, UnitCheckIn
from tests.cast import Cast
from tests.markup import inline
from tests.partybuilding import clients
from tests.partybuilding.checkins.scene import (
    CONTACT,
    NAME,
    OTHER_PHONE,
    PHONE,
    make_need,
    member_in,
    served,
    unit_in,
)
from tests.partybuilding.clients import as_
from wangguan import clock

pytestmark = pytest.mark.django_db


def knowing(phone: str = PHONE) -> Client:
    return clients.knowing(phone)


def member_form(cast: Cast, **fields: Any) -> dict[str, Any]:
    return {
        "community": cast.community_unit.pk,
        "skills": ["repair", "law"],
        "slots": ["weekend"],
        "person": NAME,
        "phone": PHONE,
        "consent": "on",
        "form_id": str(uuid4()),
        **fields,
    }


# --- checking in -----------------------------------------------------------------------------
def test_a_member_checks_in(client: Client, cast: Cast) -> None:
    response = client.post("/together/member/", member_form(cast, unit="市中区交通局"), follow=True)
    row = MemberCheckIn.objects.get()
    assert (row.state, row.skills, row.of_unit) == ("submitted", ["repair", "law"], "市中区交通局")
    assert "已收到" in response.content.decode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"skills": []}, "请至少选一项。"),
        ({"phone": "123"}, "11 位"),
        ({"consent": ""}, "没有您的同意"),
        ({"community": ""}, "请选择社区。"),
        ({"skills": ["magic"]}, "选"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    client: Client, cast: Cast, fields: dict[str, Any], said: str
) -> None:
    response = client.post("/together/member/", member_form(cast, duty="楼道长", **fields))
    page = response.content.decode()
    assert (response.status_code, said in page, "楼道长" in page) == (422, True, True)
    assert not MemberCheckIn.objects.exists()


def test_a_unit_checks_in(client: Client, cast: Cast) -> None:
    form = {
        "name": "市中区交通局",
        "kind": "organ",
        "community": cast.community_unit.pk,
        "person": "钱秀兰",
        "phone": CONTACT,
        "consent": "on",
        "form_id": str(uuid4()),
    }
    assert client.post("/together/unit/", form).status_code == 303
    assert client.post("/together/unit/", form).status_code == 303
    again = client.post("/together/unit/", {**form, "form_id": str(uuid4())})
    assert (again.status_code, "已经在这个社区报到" in again.content.decode()) == (422, True)
    assert UnitCheckIn.objects.count() == 1


def test_one_place_checks_in_ten_an_hour(client: Client, cast: Cast) -> None:
    codes = [
        client.post("/together/member/", member_form(cast, phone=f"199537100{number:02}")).status_code
        for number in range(11)
    ]
    assert codes == [303] * 10 + [429]


# --- one's own page --------------------------------------------------------------------------
def test_a_member_comes_reports_and_is_thanked(cast: Cast) -> None:
    member_in(cast)
    client, need = knowing(), make_need(cast, starts_at=clock.now() - timedelta(minutes=30))
    assert "清理楼道" in client.get("/together/service/").content.decode()
    assert client.post(f"/together/service/come/{need.pk}/").status_code == 303
    service = Service.objects.get()
    form = {"hours": "1.5", "words": "清走纸箱", "form_id": str(uuid4())}
    assert client.post(f"/together/service/{service.pk}/report/", form).status_code == 303
    page = as_(cast.community).get("/admin/party/needs/").content.decode()
    assert "清走纸箱" in page
    as_(cast.community).post(f"/admin/party/services/{service.pk}/agree/")
    assert "累计服务 1.5 小时" in client.get("/together/service/").content.decode()


def test_a_full_need_says_so(cast: Cast) -> None:
    member_in(cast)
    served(member_in(cast, phone=OTHER_PHONE), need=(need := make_need(cast, wanted=1)))
    response = knowing().post(f"/together/service/come/{need.pk}/")
    assert (response.status_code, "名额已满" in response.content.decode()) == (409, True)


@pytest.mark.parametrize("path", ["come/{need}/", "{service}/decline/", "{service}/report/"])
def test_nobody_acts_for_somebody_else(cast: Cast, path: str) -> None:
    service = served(member_in(cast), need=make_need(cast, community=cast.community_unit))
    member_in(cast, phone=OTHER_PHONE, community=cast.community_unit2, confirmed=False)
    address = "/together/service/" + path.format(need=service.need_id, service=service.pk)
    assert knowing(OTHER_PHONE).post(address, {"hours": "1"}).status_code == 404
    assert Client().post(address).headers["location"].startswith("/together/in/")
    service.refresh_from_db()
    assert service.turn == "coming"


def test_a_member_says_anew_what_they_can(cast: Cast) -> None:
    member_in(cast)
    client = knowing()
    client.post("/together/service/able/", {"skills": ["law"], "slots": ["evening"], "duty": "调解员"})
    row = MemberCheckIn.objects.get()
    assert (row.skills, row.slots, row.duty) == (["law"], ["evening"], "调解员")
    assert client.post("/together/service/able/", {"skills": [], "slots": []}).status_code == 422


def test_a_member_withdraws(cast: Cast) -> None:
    member_in(cast)
    client = knowing()
    assert client.post("/together/service/withdraw/", {"note": ""}).status_code == 409
    assert client.post("/together/service/withdraw/", {"note": "搬走了"}).status_code == 303
    assert MemberCheckIn.objects.get().state == "withdrawn"
    assert client.get("/together/service/").status_code == 404


def test_own_hours_that_make_no_sense_are_refused_and_kept(cast: Cast) -> None:
    member_in(cast)
    form = {"day": str(today() + timedelta(days=3)), "hours": "2", "words": "扫雪", "form_id": str(uuid4())}
    response = knowing().post("/together/service/own/", form)
    page = response.content.decode()
    assert (response.status_code, "还没有到" in page, "扫雪" in page) == (422, True, True)


def test_the_contact_of_a_unit_reads_its_year_and_letter(cast: Cast) -> None:
    unit = unit_in(cast)
    Appraisal.objects.create(check_in=unit, year=today().year, grade="good")
    page = f"/together/units/{unit.pk}/"
    assert "反馈函" in knowing(CONTACT).get(page).content.decode()
    letter = knowing(CONTACT).get(f"{page}letters/{today().year}/")
    assert b"".join(letter.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert [knowing(PHONE).get(page).status_code, Client().get(page).status_code] == [404, 302]


# --- the office ------------------------------------------------------------------------------
OFFICE = ("/admin/party/checkins/members/", "/admin/party/checkins/units/", "/admin/party/needs/")


@pytest.mark.parametrize("page", OFFICE)
def test_the_office_reads(cast: Cast, page: str) -> None:
    member_in(cast)
    unit_in(cast)
    for user in (cast.community, cast.director, cast.dispatcher, cast.auditor):
        response = as_(user).get(page)
        assert (response.status_code, inline(response.content.decode())) == (200, [])
    for user in (cast.worker, cast.parttime, cast.department):
        assert as_(user).get(page).status_code == 403


def test_names_and_phones_are_for_those_who_keep_them(cast: Cast) -> None:
    row = member_in(cast)
    page = f"/admin/party/checkins/members/{row.pk}/"
    for user, shown in (
        (cast.community, True),
        (cast.director, True),
        (cast.dispatcher, False),
        (cast.auditor, False),
    ):
        text = as_(user).get(page).content.decode()
        assert (NAME in text, PHONE in text) == (shown, shown), user
    assert as_(cast.community2).get(page).status_code == 404


def test_the_office_confirms_and_a_second_tap_changes_nothing(cast: Cast) -> None:
    row = member_in(cast, confirmed=False)
    client, page = as_(cast.community), f"/admin/party/checkins/members/{row.pk}/steps/confirm/"
    assert [client.post(page).status_code for _tap in range(2)] == [303, 303]
    row.refresh_from_db()
    assert (row.state, row.version) == ("confirmed", 2)


@pytest.mark.parametrize("who", ["dispatcher", "auditor", "section"])
def test_others_confirm_nothing(cast: Cast, who: str) -> None:
    row = member_in(cast, confirmed=False)
    response = as_(getattr(cast, who)).post(f"/admin/party/checkins/members/{row.pk}/steps/confirm/")
    assert response.status_code == 409
    row.refresh_from_db()
    assert row.state == "submitted"


def test_a_need_is_entered_and_members_are_asked(cast: Cast) -> None:
    member = member_in(cast, skills=["tidy"])
    client = as_(cast.community)
    form = {
        "title": "清理楼道",
        "place": "3号楼下",
        "day": str(today() + timedelta(days=3)),
        "first": "09:00",
        "last": "11:00",
        "wanted": "2",
        "skills": ["tidy"],
        "form_id": str(uuid4()),
    }
    address = f"/admin/party/needs/new/{cast.community_unit.pk}/"
    responses = [client.post(address, form) for _tap in range(2)]
    need = Need.objects.get()
    assert [response.headers["location"] for response in responses] == [f"/admin/party/needs/{need.pk}/"] * 2
    assert "赵**" in client.get(f"/admin/party/needs/{need.pk}/").content.decode()
    client.post(f"/admin/party/needs/{need.pk}/ask/", {"member": [member.pk]})
    assert need.services.get().turn == "asked"
    assert (
        as_(cast.community2).post(f"/admin/party/needs/{need.pk}/ask/", {"member": [member.pk]}).status_code
        == 404
    )
    assert as_(cast.community2).get(address).status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"last": "08:00"}, "结束时间早于开始时间。"),
        ({"day": "2020-01-01"}, "已经过去"),
        ({"wanted": "0"}, "1"),
    ],
)
def test_a_need_that_makes_no_sense_is_refused(cast: Cast, fields: dict[str, str], said: str) -> None:
    form = {
        "title": "甲",
        "place": "乙",
        "day": str(today()),
        "first": "09:00",
        "last": "11:00",
        "wanted": "2",
    }
    address = f"/admin/party/needs/new/{cast.community_unit.pk}/"
    response = as_(cast.community).post(address, {**form, "form_id": str(uuid4()), **fields})
    assert (response.status_code, said in response.content.decode()) == (422, True)


def test_a_unit_is_judged_and_the_letter_fetched(cast: Cast) -> None:
    unit = unit_in(cast)
    client, page = as_(cast.community), f"/admin/party/checkins/units/{unit.pk}/"
    form = {"year": str(today().year), "grade": "good", "words": "来得及时。"}
    assert client.post(f"{page}appraise/", form).status_code == 303
    letter = client.get(f"{page}letters/{today().year}/")
    assert "wordprocessingml" in letter["Content-Type"]
    assert b"".join(letter.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert client.post(f"{page}appraise/", {**form, "year": "2099"}).status_code == 422
    assert as_(cast.dispatcher).post(f"{page}appraise/", form).status_code == 422


def test_lists_ask_as_often_for_three_as_for_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_(cast.community)
    for number in range(3):
        member = member_in(cast, phone=f"1995371000{number}")
        served(member, "reported", need=make_need(cast))
        if number == 1:
            continue
        with django_assert_num_queries(4):
            assert client.get("/admin/party/checkins/members/").status_code == 200
        with django_assert_num_queries(7):
            assert client.get("/admin/party/needs/").status_code == 200


def test_the_desk_names_what_waits(cast: Cast) -> None:
    member_in(cast, confirmed=False)
    unit_in(cast, confirmed=False)
    served(member_in(cast, phone=OTHER_PHONE), "reported")
    page = as_(cast.community).get("/admin/").content.decode()
    for said in ("待确认党员报到", "待确认单位报到", "待确认时长"):
        assert said in page
    assert "待确认" not in as_(cast.dispatcher).get("/admin/").content.decode()
