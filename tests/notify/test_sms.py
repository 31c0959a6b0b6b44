"""What each answer of the SMS gateway means."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from tests.standins import sms, web
from tests.standins.sms import SmsGateway
from wangguan.notify.channels import NotSent, Parcel, Refused, TooFast, Unclear, Undelivered
from wangguan.notify.channels import sms as channel
from wangguan.notify.kinds import Kind

KIND = Kind("answer", "Answered", "secret words", sms_template="SMS_ANSWER", sms_params=("number", "link"))
PARCEL = Parcel(
    key="k",
    kind=KIND,
    address="13800000001",
    title="Answered",
    text="secret words",
    link="https://example.org/t/1/",
    context={"number": "WG-1", "words": "secret words"},
)


def test_send_says_what_the_protocol_says(sms_gateway: SmsGateway, settings: Settings) -> None:
    settings.SMS_SIGNATURE = "王官网格"
    channel.send(PARCEL)
    assert sms_gateway.requests[0].body == {
        "phone": "13800000001",
        "signature": "王官网格",
        "template": "SMS_ANSWER",
        "params": {"number": "WG-1", "link": "https://example.org/t/1/"},
        "key": "k",
    }


def test_send_carries_its_key_and_token(sms_gateway: SmsGateway) -> None:
    channel.send(PARCEL)
    headers = sms_gateway.requests[0].headers
    assert (headers["Idempotency-Key"], headers["Authorization"]) == ("k", f"Bearer {sms.TOKEN}")


def test_send_keeps_the_gateways_number(sms_gateway: SmsGateway) -> None:
    assert channel.send(PARCEL).gateway_id == "gw-k"


def test_send_tames_the_gateways_number(sms_gateway: SmsGateway) -> None:
    sms_gateway.will(web.Behaviour(raw=b'{"id": "a\\u0000b' + b"c" * 200 + b'"}'))
    assert channel.send(PARCEL).gateway_id == "ab" + "c" * 98


@pytest.mark.parametrize(
    ("behaviour", "outcome", "code"),
    [
        (web.BROKEN, Unclear, "http_500"),
        (web.TAKEN_BUT_BROKEN, Unclear, "http_502"),
        (web.AWAY, NotSent, "http_503"),
        (web.TOO_MANY, TooFast, "http_429"),
        (web.Behaviour(status=401), NotSent, "http_401"),
        (web.Behaviour(status=409), Unclear, "http_409"),
        (web.Behaviour(status=400), Refused, "http_400"),
        (web.Behaviour(status=302, headers={"Location": "/"}), Refused, "http_302"),
        (web.LOST_REPLY, Unclear, "no_reply"),
        (web.Behaviour(raw=b'"' + b"x" * 100_000 + b'"'), Unclear, "endless_reply"),
        (web.Behaviour(raw=b"<html>Sign in to the network</html>"), Unclear, "bad_reply"),
        (web.Behaviour(raw=b"[]"), Unclear, "bad_reply"),
    ],
)
def test_send_tells_outcomes_apart(
    sms_gateway: SmsGateway, behaviour: web.Behaviour, outcome: type[Undelivered], code: str
) -> None:
    sms_gateway.will(behaviour)
    with pytest.raises(Undelivered) as caught:
        channel.send(PARCEL)
    assert (type(caught.value), caught.value.code) == (outcome, code)


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (web.slow(1), "timeout"),
        (web.Behaviour(drip=0.2, raw=b'{"id": "dripping"}'), "endless_reply"),
    ],
)
def test_send_does_not_wait_for_ever(
    sms_gateway: SmsGateway, impatient: None, behaviour: web.Behaviour, code: str
) -> None:
    sms_gateway.will(behaviour)
    with pytest.raises(Unclear, match=code):
        channel.send(PARCEL)


def test_send_waits_for_a_slow_reply(sms_gateway: SmsGateway) -> None:
    sms_gateway.will(web.slow(0.3))
    assert channel.send(PARCEL).gateway_id == "gw-k"


def test_send_knows_a_gateway_that_is_down(sms_gateway: SmsGateway) -> None:
    sms_gateway.stop()
    with pytest.raises(NotSent, match="no_connection"):
        channel.send(PARCEL)


@pytest.mark.parametrize("name", ["SMS_GATEWAY_URL", "SMS_GATEWAY_TOKEN"])
def test_send_knows_that_no_gateway_is_set(sms_gateway: SmsGateway, settings: Settings, name: str) -> None:
    setattr(settings, name, "")
    with pytest.raises(NotSent, match="not_configured"):
        channel.send(PARCEL)


def test_send_knows_a_token_that_fits_no_header(sms_gateway: SmsGateway, settings: Settings) -> None:
    settings.SMS_GATEWAY_TOKEN = "line\nfeed"
    with pytest.raises(NotSent, match="bad_request"):
        channel.send(PARCEL)


def test_send_knows_a_broken_address(sms_gateway: SmsGateway, settings: Settings) -> None:
    settings.SMS_GATEWAY_URL = "gateway.example.org/send"
    with pytest.raises(NotSent, match="bad_address"):
        channel.send(PARCEL)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("7", 7), ("99999999999", 3600), ("Mon, 23 Nov 2020 00:00:00 GMT", 0), ("soon", None), ("-5", None)],
)
def test_send_heeds_the_pause_that_is_asked_for(
    sms_gateway: SmsGateway, asked: str, seconds: int | None
) -> None:
    sms_gateway.will(web.Behaviour(status=429, headers={"Retry-After": asked}))
    with pytest.raises(TooFast) as caught:
        channel.send(PARCEL)
    assert caught.value.after == (None if seconds is None else timedelta(seconds=seconds))


def test_a_parcel_never_shows_its_address() -> None:
    assert "13800000001" not in repr(PARCEL)
