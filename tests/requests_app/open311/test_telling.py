"""A POST becomes a ticket, with all that came with it."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client

from requests_app.models import Category, Ticket
from requests_app.open311.models import Detail, Submission
from requests_app.workflow import Level, Source
from tests.cast import Cast
from tests.requests_app.open311.conftest import LAMP, MATTER, PARKING, Caller, new_key
from tests.requests_app.test_pages_public import picture
from wangguan.notify.models import Message

UUID = "8e03978e-40d5-43e8-bc93-6894a57f9324"


def test_the_answer_has_every_field_of_the_specification(app: Caller) -> None:
    [row] = json.loads(app.post().content)
    ticket = Ticket.objects.get()
    assert list(row) == ["service_request_id", "service_notice", "account_id"]
    assert (row["service_request_id"], row["account_id"]) == (ticket.number, None)


def test_the_answer_says_where_to_follow_it(app: Caller) -> None:
    [row] = json.loads(app.post().content)
    assert Ticket.objects.get().tracking_url in row["service_notice"]


def test_the_answer_in_xml_is_a_list_of_one(app: Caller) -> None:
    answer = app.post(form="xml").content.decode()
    number = Ticket.objects.get().number
    assert f"<service_requests><request><service_request_id>{number}</service_request_id>" in answer
    assert answer.endswith("<account_id /></request></service_requests>")


def test_a_ticket_is_told_to_whoever_answers_for_the_place(cast: Cast, app: Caller) -> None:
    ticket = app.tell(lat="36.6305", long="116.9305", address_string=None)
    assert (ticket.grid, ticket.level, ticket.source) == (cast.grid, Level.GRID, Source.API)
    assert (ticket.latitude, ticket.longitude) == (36.6305, 116.9305)
    assert Message.objects.filter(topic=ticket.number).exists()


def test_an_address_id_is_a_building(cast: Cast, app: Caller) -> None:
    ticket = app.tell(address_string=None, address_id=str(cast.building.pk))
    assert (ticket.building, ticket.grid, ticket.address) == (cast.building, cast.grid, "九区3号楼")


def test_an_address_alone_is_found(cast: Cast, app: Caller) -> None:
    assert app.tell().building == cast.building


def test_contact_is_kept_and_the_rest_is_not(app: Caller) -> None:
    unkept = {"email": "a@example.org", "device_id": "d", "account_id": "1"}
    ticket = app.tell(first_name="三丰", last_name="张", phone="138-1234-8000", **unkept)
    assert (ticket.contact_name, ticket.contact_phone) == ("张三丰", "13812348000")


def test_a_name_in_latin_letters_keeps_its_order(app: Caller) -> None:
    assert app.tell(first_name="john", last_name="smith").contact_name == "john smith"


def test_a_phone_without_text_messages_is_said(app: Caller) -> None:
    answer = app.client.post(
        "/open311/v2/requests.json",
        {**MATTER, "api_key": app.text, "phone": "111111111"},
        headers={"Accept-Language": "en"},
    )
    assert "cannot get text messages" in answer.content.decode()
    assert Ticket.objects.get().contact_phone == ""


def test_nothing_is_public_unless_it_is_said(app: Caller) -> None:
    assert [app.tell().may_publish, app.tell(may_publish="true").may_publish] == [False, True]


def test_without_words_the_service_speaks(app: Caller) -> None:
    assert app.tell(description="").description == "路灯"


def test_answers_are_kept_as_people_read_them(app: Caller) -> None:
    ticket = app.tell(
        **{
            "service_code": PARKING,
            "attribute[vehicle]": "car",
            "attribute[blocks][]": ["exit", "ramp"],
            "attribute[since]": "2026-11-27T08:30:00+08:00",
            "attribute[nobody_asked]": "x",
        }
    )
    assert list(ticket.open311.details.values_list("question", flat=True)) == [
        "车辆挡住了什么", "是什么车", "从什么时候开始停的"
    ]  # fmt: skip
    assert [detail.value for detail in ticket.open311.details.all()][:2] == ["出入口、无障碍坡道", "小汽车"]


def test_answers_lie_encrypted(app: Caller, cast: Cast) -> None:
    app.tell(**{"attribute[pole]": "王官庄-0032"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM open311_detail")
        assert "王官庄" not in cursor.fetchone()[0]
    assert Detail.objects.get().value == "王官庄-0032"


def test_a_photo_is_made_anew(app: Caller) -> None:
    ticket = app.tell(media=picture())
    with ticket.photos.get().image.open() as image:
        assert image.read(2) == b"\xff\xd8"


def test_a_media_url_is_kept_and_not_fetched(app: Caller, cast: Cast) -> None:
    address = "http://169.254.169.254/latest/meta-data"
    ticket = app.tell(media_url=address)
    assert ticket.open311.media_url == address


# --- staff -------------------------------------------------------------------------------
def seen_by(cast: Cast, ticket: Ticket) -> str:
    client = Client()
    client.force_login(cast.worker)
    return client.get(ticket.get_absolute_url()).content.decode()


def test_staff_read_system_answers_and_link(cast: Cast, app: Caller) -> None:
    ticket = app.tell(**{"media_url": "http://example.org/a.jpg", "attribute[pole]": "A-<17>"})
    page = seen_by(cast, ticket)
    shown = ("泉城随手拍", "灯杆编号", "A-&lt;17&gt;", "http://example.org/a.jpg")
    assert [part for part in shown if part not in page] == []
    assert 'href="http://example.org' not in page


def test_strangers_to_the_grid_read_nothing_of_it(cast: Cast, app: Caller) -> None:
    client = Client()
    client.force_login(cast.worker2)
    assert client.get(app.tell().get_absolute_url()).status_code == 404


# --- the same request twice --------------------------------------------------------------
def test_the_same_request_twice_is_one_ticket(app: Caller) -> None:
    told = [app.tell(headers={"Idempotency-Key": UUID}).pk for _again in range(2)]
    assert (len(set(told)), Submission.objects.count()) == (1, 1)


def test_another_request_under_the_same_name_is_refused(app: Caller) -> None:
    app.tell(headers={"Idempotency-Key": UUID})
    answer = app.post(headers={"Idempotency-Key": UUID}, description="别的事情。")
    assert (answer.status_code, Ticket.objects.count()) == (400, 1)


def test_two_systems_may_use_the_same_name(app: Caller, other: Caller) -> None:
    told = [caller.tell(headers={"Idempotency-Key": UUID}).pk for caller in (app, other)]
    assert len(set(told)) == 2


@pytest.mark.parametrize("name", ["x" * 201, "a\tb"])
def test_a_name_that_cannot_be_kept_is_refused(app: Caller, name: str) -> None:
    assert app.post(headers={"Idempotency-Key": name}).status_code == 400


def test_without_a_name_two_requests_are_two(app: Caller) -> None:
    assert app.tell().pk != app.tell().pk


def test_a_lost_number_is_found_by_its_sender(app: Caller, other: Caller, anybody: Caller) -> None:
    ticket = app.tell(headers={"Idempotency-Key": f'"{UUID}"'})
    assert app.get(f"tokens/{UUID}") == [{"service_request_id": ticket.number, "token": UUID}]
    strangers = [caller.ask(f"tokens/{UUID}.json").status_code for caller in (other, anybody)]
    assert strangers == [404, 404]


# --- how it comes ------------------------------------------------------------------------
def test_a_key_may_come_in_a_header(app: Caller) -> None:
    bare = {**MATTER, "service_code": LAMP}
    answer = Client().post("/open311/v2/requests.json", bare, headers={"Authorization": f"Bearer {app.text}"})
    assert answer.status_code == 200


def test_a_form_encoded_request_is_read_as_utf8(app: Caller) -> None:
    body = urlencode({**MATTER, "api_key": app.text})
    answer = Client(enforce_csrf_checks=True).post(
        "/open311/v2/requests.json", body, content_type="application/x-www-form-urlencoded; charset=utf-8"
    )
    assert (answer.status_code, Ticket.objects.get().description) == (200, MATTER["description"])


def test_the_office_edits_what_is_asked(cast: Cast, services: None) -> None:
    client = Client()
    client.force_login(cast.director)
    category = Category.objects.get(code="1303")
    form: dict[str, Any] = {
        "category": category.pk, "position": 1, "code": "who", "description": "表扬哪个岗位",
        "datatype": "string", "hint": "", "variable": "on",
        "choices-TOTAL_FORMS": 0, "choices-INITIAL_FORMS": 0,
    }  # fmt: skip
    assert client.post("/admin/open311/attribute/add/", form).status_code == 302
    assert category.open311_attributes.get().description == "表扬哪个岗位"


def test_a_community_does_not_edit_what_is_asked(cast: Cast, services: None) -> None:
    client = Client()
    client.force_login(cast.community)
    assert client.get("/admin/open311/attribute/add/").status_code == 403


def test_the_key_needs_no_reach_of_its_own(cast: Cast, services: None) -> None:
    caller = Caller(Client(), *new_key(cast, user=cast.department))
    assert caller.tell().level == Level.GRID
