"""Messages to the street's app: the door, and what becomes of them."""

import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as portal
from django.test import Client
from pytest_django import Settings

from requests_app.models import Ticket, TicketEvent
from requests_app.services import staff, take
from requests_app.wecom import envelope, services
from requests_app.wecom.models import Incoming
from requests_app.wecom.services import Words
from tests.cast import Cast
from tests.race import at_once
from tests.requests_app.wecom.calling import ADDRESS, call, crypto, parcel, post, read, seal, text

pytestmark = pytest.mark.django_db

LAMP = "九区楼道灯坏了好几天"


# --- the door ----------------------------------------------------------------------------
def test_address_is_verified_with_the_echo(client: Client) -> None:
    cipher = crypto().encrypt_message("1616140317555161061", "n1", "1").split("[CDATA[")[1].split("]]")[0]
    answer = client.get(f"{ADDRESS}?{seal(cipher)}&{urlencode({'echostr': cipher})}")
    assert answer.content == b"1616140317555161061"


def test_published_example_is_opened(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example in WeCom's documentation, at its moment."""
    monkeypatch.setattr("wangguan.clock.now", lambda: datetime.fromtimestamp(1409659589, UTC))
    sealed = envelope.Seal("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", "1409659589", "263014780")
    cipher = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
    assert envelope.opened(cipher, sealed) == "1616140317555161061"


@pytest.mark.parametrize(
    "sealed", [{"token": "guessed"}, {"stamp": int(time.time()) - 3600}, {"stamp": int(time.time()) + 3600}]
)
def test_wrong_or_untimely_seal_is_denied(client: Client, sealed: dict[str, Any]) -> None:
    answer = call(client, text(LAMP), **sealed)
    assert (answer.status_code, answer.content, Ticket.objects.count()) == (403, b"", 0)


def test_seal_of_another_message_is_denied(client: Client) -> None:
    body, _cipher = parcel(text(LAMP))
    _body, other = parcel(text("别的事情和这个没关系"))
    assert post(client, body, seal(other)).status_code == 403


def test_message_for_another_corporation_is_denied(client: Client, settings: Settings) -> None:
    settings.WECOM_CORP_ID = "another"
    assert call(client, text(LAMP)).status_code == 403


def test_same_seal_serves_the_tries_of_wecom_and_no_more(client: Client) -> None:
    body, cipher = parcel(text(LAMP))
    query = seal(cipher)
    statuses = [post(client, body, query).status_code for _try in range(5)]
    assert (statuses, Ticket.objects.count()) == ([200, 200, 200, 200, 403], 1)


def test_large_body_is_not_read(client: Client) -> None:
    assert post(client, "x" * (64 * 1024 + 1), seal("")).status_code == 413


@pytest.mark.parametrize(
    "body",
    ["", "<xml", '<!DOCTYPE x [<!ENTITY a "aa">]><xml><Encrypt>&a;</Encrypt></xml>'],
    ids=["empty", "cut", "entities"],
)
def test_other_xml_is_refused(client: Client, body: str) -> None:
    assert post(client, body, seal("aa")).status_code == 400


def test_entities_inside_are_refused(client: Client) -> None:
    assert call(client, f'<!DOCTYPE x [<!ENTITY a "aa">]>{text(LAMP)}').status_code == 400


def test_address_is_none_without_an_app(client: Client, settings: Settings) -> None:
    settings.WECOM_TOKEN = ""
    assert call(client, text(LAMP)).status_code == 404


# --- matters -----------------------------------------------------------------------------
def test_words_become_a_matter_without_category(client: Client, cast: Cast) -> None:
    call(client, text(LAMP))
    ticket = Ticket.objects.get()
    assert (ticket.description, ticket.category, ticket.status) == (LAMP, None, "submitted")


def test_sender_gets_the_tracking_link(client: Client, cast: Cast) -> None:
    told = read(call(client, text(LAMP)))
    ticket = Ticket.objects.get()
    assert portal.SITE_URL + ticket.tracking_url in told


def test_repeated_message_is_answered_alike(client: Client, cast: Cast) -> None:
    answers = {read(call(client, text(LAMP), nonce=nonce)) for nonce in ("n1", "n2")}
    assert (len(answers), Ticket.objects.count(), TicketEvent.objects.count()) == (1, 1, 1)


def test_sender_is_stored_encrypted(client: Client, cast: Cast) -> None:
    call(client, text(LAMP))
    raw = Incoming.objects.extra(select={"raw": "sender"}).values_list("raw", flat=True).get()
    assert ("zhangsan" in raw, Incoming.objects.get().sender) == (False, "zhangsan")


def test_more_words_join_the_matter(client: Client, cast: Cast) -> None:
    call(client, text(LAMP))
    call(client, text("在三单元", msg_id="2"))
    events = list(TicketEvent.objects.order_by("id").values_list("ticket__number", flat=True))
    assert (Ticket.objects.count(), len(events)) == (1, 2)


def test_accepted_matter_is_joined_no_more(client: Client, cast: Cast) -> None:
    call(client, text(LAMP))
    take(Ticket.objects.get(), "accept", by=staff(cast.dispatcher))
    call(client, text("还有一件别的事情", msg_id="2"))
    assert Ticket.objects.count() == 2


def test_words_of_somebody_else_are_another_matter(client: Client, cast: Cast) -> None:
    call(client, text(LAMP))
    call(client, text("还有一件别的事情", msg_id="2", sender="lisi"))
    assert Ticket.objects.count() == 2


def test_greeting_is_answered_and_no_matter(client: Client) -> None:
    told = read(call(client, text("你好")))
    assert (bool(told), Ticket.objects.count()) == (True, 0)


def test_picture_is_led_to_the_page_that_takes_it(client: Client, cast: Cast) -> None:
    assert "/report/" in read(call(client, text("", kind="image")))


def test_picture_after_words_is_led_to_their_page(client: Client, cast: Cast) -> None:
    call(client, text(LAMP))
    told = read(call(client, text("", kind="image", msg_id="2")))
    assert Ticket.objects.get().tracking_url in told


def test_event_is_answered_with_nothing(client: Client) -> None:
    answer = call(client, text("", kind="event"))
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.django_db(transaction=True)
def test_same_message_twice_at_once_is_one_matter(cast: Cast) -> None:
    words = Words("7", "zhangsan", LAMP)
    first, second = at_once(lambda: services.take_in(words), lambda: services.take_in(words))
    assert (first, Ticket.objects.count(), Incoming.objects.count()) == (second, 1, 1)
