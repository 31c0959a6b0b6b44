"""The workers' pages of QR codes: each keeper's own, posters as files, renewing asked once more."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids.models import QRToken, User
from requests_app.models import Ticket
from tests.cast import Cast
from tests.factories import make_building, make_qr_token

THIRD, FAR, NINE = "370103015005003", "370103015003001", "370103015005"
UNIT_STATEMENTS = 7


def told(**fields: object) -> dict[str, object]:
    """A filled form."""
    words = "大门口的路灯三天不亮了，晚上看不清路。"
    return {"description": words, "consent": "on", "submission_id": str(uuid4()), **fields}


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def read(user: User, address: str) -> str:
    response = as_(user).get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", ["worker", "parttime", "instructor", "specialist", "section", "department"])
def test_codes_are_closed_to_those_who_keep_none(cast: Cast, name: str) -> None:
    assert as_(getattr(cast, name)).get("/worker/codes/").status_code == 403


def test_codes_want_a_sign_in(db: None, client: Client) -> None:
    assert client.get("/worker/codes/")["Location"].startswith("/accounts/login/")


def test_leader_sees_the_own_grid_only(cast: Cast) -> None:
    shown = read(cast.leader, "/worker/codes/")
    assert re.findall(r"/worker/codes/unit/(\d+)/", shown) == [THIRD]


def test_community_sees_itself_and_its_grids(cast: Cast) -> None:
    shown = read(cast.community, "/worker/codes/")
    assert re.findall(r"/worker/codes/unit/(\d+)/", shown) == [NINE, "370103015005002", THIRD]


@pytest.mark.parametrize("rest", ["", "a4.pdf"])
@pytest.mark.parametrize("unit", [FAR, NINE, "000"])
def test_units_of_others_are_not_there(cast: Cast, unit: str, rest: str) -> None:
    assert as_(cast.leader).get(f"/worker/codes/unit/{unit}/{rest}").status_code == 404


def test_missing_codes_are_made_with_one_press(cast: Cast) -> None:
    response = as_(cast.leader).post(f"/worker/codes/unit/{THIRD}/missing/")
    assert (response.status_code, response["Location"]) == (303, f"/worker/codes/unit/{THIRD}/")
    assert {str(code) for code in QRToken.objects.all()} == {"九区社区第三网格", "九区3号楼"}


def test_nobody_makes_codes_for_others(cast: Cast) -> None:
    assert as_(cast.leader).post(f"/worker/codes/unit/{FAR}/missing/").status_code == 404
    assert not QRToken.objects.exists()


def test_unit_says_how_many_are_missing_and_how_often_it_was_scanned(cast: Cast) -> None:
    code = make_qr_token(building=cast.building)
    QRToken.objects.count_scan(code.token)
    shown = read(cast.leader, f"/worker/codes/unit/{THIRD}/")
    assert "还有 1 处没有二维码" in shown
    assert "共扫码 1 次" in shown


def test_unit_takes_as_many_statements_for_more_codes(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_(cast.leader)
    for count in (1, 2):
        for _ in range(count):
            make_qr_token(building=make_building(grid=cast.grid))
        with django_assert_num_queries(UNIT_STATEMENTS):
            client.get(f"/worker/codes/unit/{THIRD}/")


@pytest.mark.parametrize(("kind", "begins"), [("pdf", b"%PDF"), ("svg", b"<svg")])
def test_poster_is_a_file_to_download(cast: Cast, kind: str, begins: bytes) -> None:
    code = make_qr_token(building=cast.building)
    response = as_(cast.leader).get(f"/worker/codes/{code.pk}/a5.{kind}")
    assert response["Content-Disposition"].startswith("attachment")
    assert b"".join(response).startswith(begins)


def test_posters_of_a_community_are_one_file(cast: Cast) -> None:
    for place in ({"building": cast.building}, {"grid": cast.grid_beside}):
        make_qr_token(**place)
    content = b"".join(as_(cast.community).get(f"/worker/codes/unit/{NINE}/a4.pdf"))
    assert len(re.findall(rb"/Type /Page\b", content)) == 2


def test_no_posters_without_codes(cast: Cast) -> None:
    assert as_(cast.community).get(f"/worker/codes/unit/{NINE}/a4.pdf").status_code == 303


@pytest.mark.parametrize("address", ["a3.pdf", "a4.png"])
def test_other_papers_and_kinds_are_not_there(cast: Cast, address: str) -> None:
    code = make_qr_token(building=cast.building)
    assert as_(cast.leader).get(f"/worker/codes/{code.pk}/{address}").status_code == 404


def test_poster_and_renewing_of_others_codes_are_not_there(cast: Cast) -> None:
    code = make_qr_token(grid=cast.grid_far)
    for address in ("a4.pdf", "renew/"):
        assert as_(cast.community).get(f"/worker/codes/{code.pk}/{address}").status_code == 404
    assert as_(cast.community).post(f"/worker/codes/{code.pk}/renew/").status_code == 404
    assert list(QRToken.objects.in_force()) == [code]


def test_renewing_is_asked_once_more(cast: Cast) -> None:
    code = make_qr_token(building=cast.building)
    assert "九区3号楼" in read(cast.leader, f"/worker/codes/{code.pk}/renew/")
    assert list(QRToken.objects.in_force()) == [code]
    as_(cast.leader).post(f"/worker/codes/{code.pk}/renew/")
    assert QRToken.objects.in_force().get().building == cast.building


def test_old_code_leads_to_the_form_and_says_it_was_replaced(cast: Cast, client: Client) -> None:
    code = make_qr_token(building=cast.building)
    as_(cast.leader).post(f"/worker/codes/{code.pk}/renew/")
    shown = client.get(f"/q/{code.token}/").content.decode()
    assert "这个二维码已停用" in shown
    assert 'name="description"' in shown


def test_community_code_opens_the_form_and_asks_for_the_place(cast: Cast, client: Client) -> None:
    code = QRToken.objects.create(community=cast.community_unit)
    shown = client.get(f"/q/{code.token}/").content.decode()
    assert f'value="{code.token}"' in shown
    assert "请再说一下在社区的什么地方" in shown


def test_matter_told_through_a_community_code_reaches_its_desk(cast: Cast, client: Client) -> None:
    code = QRToken.objects.create(community=cast.community_unit)
    client.post("/report/", told(grid_token=code.token))
    ticket = Ticket.objects.get()
    assert (ticket.source, ticket.level, ticket.community) == ("qr", "community", cast.community_unit)


def test_place_told_through_a_community_code_finds_its_grid(cast: Cast, client: Client) -> None:
    code = QRToken.objects.create(community=cast.community_unit)
    client.post("/report/", told(grid_token=code.token, address="九区3号楼"))
    ticket = Ticket.objects.get()
    assert (ticket.source, ticket.building, ticket.address) == ("qr", cast.building, "九区3号楼")
