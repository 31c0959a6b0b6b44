"""Entering with a code: who gets one, that it opens once, and what a stranger learns (nothing)."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from partybuilding.door import codes
from partybuilding.organisations.models import Organisation
from tests.partybuilding.organisations.tree import NAME, PHONE, branch, make_member
from tests.race import at_once
from wangguan.notify.models import Message
from wangguan.privacy import keyed_hash
from wangguan.refusals import Refused

__all__ = ["branch"]
pytestmark = pytest.mark.django_db
STRANGER = "13912345678"
IN, CODE, ME = "/together/in/", "/together/in/code/", "/together/me/"


@pytest.fixture
def member(branch: Organisation) -> None:
    make_member(branch)


def sent() -> str:
    """The digits of the newest message."""
    return str(Message.objects.filter(kind=codes.KIND).latest("pk").context["code"])


def asked(client: Client, phone: str = PHONE, onward: str = "") -> Any:
    return client.post(f"{IN}?next={onward}", {"phone": phone})


def entered(client: Client, onward: str = "") -> Any:
    asked(client, onward=onward)
    return client.post(f"{CODE}?next={onward}", {"code": sent()})


def test_a_member_enters_and_sees_the_own_branch(client: Client, member: None) -> None:
    assert entered(client).headers["location"] == ME
    page = client.get(ME).content.decode()
    assert ("正式党员" in page, "第三网格党支部" in page) == (True, True)
    assert NAME not in page


def test_the_code_goes_to_that_phone_and_stays_nowhere_else(client: Client, member: None) -> None:
    asked(client)
    message = Message.objects.get(kind=codes.KIND)
    assert (message.to, message.channel) == (PHONE, "sms")
    assert sent() not in str(client.session.items())
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(m)::text FROM notify_message m")
        (row,) = cursor.fetchone()
    assert PHONE not in row


def test_a_code_is_forgotten_once_it_was_sent(client: Client, member: None) -> None:
    asked(client)
    codes._forget(Message.objects.get(kind=codes.KIND))
    assert sent() == ""


def test_a_stranger_gets_no_code_and_learns_nothing(member: None) -> None:
    seen = []
    for phone in (PHONE, STRANGER):
        someone = Client()
        answer = asked(someone, phone)
        shown = someone.get(CODE)
        wrong = someone.post(CODE, {"code": "000000"})
        page = wrong.content.decode()
        seen.append((answer.headers["location"], shown.status_code, wrong.status_code, "验证码不对" in page))
    assert seen[0] == seen[1] == (f"{CODE}?", 200, 422, True)
    assert [row.to for row in Message.objects.filter(kind=codes.KIND)] == [PHONE]


@pytest.mark.parametrize("typed", ["１２３４５６", "123 456", "12345", "abcdef", ""])
def test_what_is_typed_is_read_kindly(client: Client, member: None, typed: str) -> None:
    asked(client)
    response = client.post(CODE, {"code": typed})
    said = (
        "请填写短信里的六位数字"
        if not typed
        else "验证码是六位数字"
        if len(typed) < 6 or "a" in typed
        else "验证码不对"
    )
    assert (response.status_code, said in response.content.decode()) == (422, True)


def test_a_code_opens_once(client: Client, member: None) -> None:
    entered(client)
    with pytest.raises(Refused):
        codes.check(keyed_hash(PHONE), sent())


def test_after_five_wrong_tries_the_right_code_is_refused_too(client: Client, member: None) -> None:
    asked(client)
    wrong = "000000" if sent() != "000000" else "111111"
    for _try in range(codes.TRIES):
        client.post(CODE, {"code": wrong})
    response = client.post(CODE, {"code": sent()})
    assert (response.status_code, "已失效" in response.content.decode()) == (422, True)


def test_one_code_a_minute(client: Client, member: None) -> None:
    asked(client)
    response = asked(client)
    page = response.content.decode()
    assert (response.status_code, "请等一分钟" in page, PHONE in page) == (422, True, True)


def test_a_place_asks_for_so_many_an_hour_and_no_more(client: Client) -> None:
    taken = [codes.OF_ONE_PLACE.take("127.0.0.1") for _code in range(codes.OF_ONE_PLACE.most - 1)]
    assert all(taken)
    assert [asked(client, f"1391234{number:04}").status_code for number in range(2)] == [303, 422]


def test_one_comes_back_to_the_page_one_wanted(client: Client, member: None) -> None:
    assert client.get(ME).headers["location"] == f"{IN}?next=%2Ftogether%2Fme%2F"
    assert entered(client, "/together/in/").headers["location"] == "/together/in/"


def test_nobody_is_led_elsewhere(client: Client, member: None) -> None:
    assert entered(client, "https://evil.example/").headers["location"] == ME


def test_entering_takes_a_fresh_session(client: Client, member: None) -> None:
    asked(client)
    before = client.session.session_key
    client.post(CODE, {"code": sent()})
    assert client.session.session_key != before


def test_whoever_left_is_a_stranger_again(client: Client, member: None) -> None:
    entered(client)
    client.post("/together/out/")
    assert client.get(ME).status_code == 302


def test_a_member_no_more_sees_nothing(client: Client, member: None) -> None:
    from partybuilding.organisations.models import Member

    entered(client)
    Member.objects.update(left_on="2026-11-01", joined_on="2020-01-01")
    assert "已没有登记" in client.get(ME).content.decode()


def test_the_code_is_shown_in_the_demo_only(client: Client, member: None, settings: Settings) -> None:
    settings.DEMO = True
    asked(client)
    assert sent() in client.get(CODE).content.decode()
    settings.DEMO = False
    assert sent() not in client.get(CODE).content.decode()


def test_without_a_phone_there_is_no_code_page(client: Client) -> None:
    assert client.get(CODE).headers["location"].startswith(IN)


def test_two_who_type_the_same_code_at_once(member: None) -> None:
    codes.send(PHONE, place="10.0.0.1")
    right, phone_hash = sent(), keyed_hash(PHONE)
    answers = at_once(lambda: codes.check(phone_hash, right), lambda: codes.check(phone_hash, right))
    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "Refused"]
