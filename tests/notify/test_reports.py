from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from grids.models import User
from tests.standins import sms, web
from tests.standins.sms import SmsGateway
from wangguan import clock
from wangguan.notify import delivery, reports
from wangguan.notify.models import Message, State

pytestmark = pytest.mark.django_db
Write = Callable[..., Message]
Hooked = list[tuple[str, str]]
ADDRESS = "/notify/sms/report/"


@pytest.fixture
def sent(write: Write, sms_gateway: SmsGateway) -> Message:
    message = write("k")
    delivery.deliver("k")
    return message


def report(client: Client, *, at: float | None = None, secret: str | None = None, **fields: str) -> int:
    secret = django_settings.SMS_REPORT_SECRET if secret is None else secret
    body, headers = sms.signed(fields, at=at, secret=secret)
    return client.post(ADDRESS, body, "application/json", headers=headers).status_code


def test_a_report_makes_it_delivered(client: Client, sent: Message, hooked: Hooked) -> None:
    assert report(client, key="k", status="delivered") == 204
    sent.refresh_from_db()
    assert (sent.delivered_at is not None, hooked) == (True, [("on_delivered", "k")])


def test_acceptance_alone_is_not_delivery(sent: Message, hooked: Hooked) -> None:
    sent.refresh_from_db()
    assert (sent.state, sent.delivered_at, hooked) == (State.SENT, None, [])


def test_the_same_report_again_changes_nothing(client: Client, sent: Message, hooked: Hooked) -> None:
    assert [report(client, key="k", status="delivered") for _again in range(2)] == [204, 204]
    assert hooked == [("on_delivered", "k")]


def test_a_failed_report_ends_it(client: Client, sent: Message, hooked: Hooked) -> None:
    report(client, key="k", status="failed", code="NO_SIGNAL")
    sent.refresh_from_db()
    assert (sent.state, sent.error, hooked) == (State.DEAD, "NO_SIGNAL", [("on_failed", "k")])


def test_a_failed_report_never_takes_back_a_delivery(client: Client, sent: Message, hooked: Hooked) -> None:
    report(client, key="k", status="delivered")
    report(client, key="k", status="failed")
    sent.refresh_from_db()
    assert (sent.state, hooked) == (State.SENT, [("on_delivered", "k")])


def test_a_failed_report_keeps_no_words_from_outside(client: Client, sent: Message) -> None:
    report(client, key="k", status="failed", code="张三 13800000001")
    sent.refresh_from_db()
    assert sent.error == "reported"


def test_a_late_delivery_revives_what_was_given_up(client: Client, sent: Message, hooked: Hooked) -> None:
    Message.objects.update(state=State.DEAD)
    report(client, key="k", status="delivered")
    sent.refresh_from_db()
    assert (sent.state, hooked) == (State.SENT, [("on_delivered", "k")])


def test_a_delivery_settles_what_was_unknown(
    client: Client, write: Write, sms_gateway: SmsGateway, settings: Settings
) -> None:
    settings.SMS_DROPS_REPEATS = False
    sms_gateway.will(web.LOST_REPLY)
    message = write("k")
    delivery.deliver("k")
    report(client, key="k", status="delivered")
    message.refresh_from_db()
    assert (message.state, message.sent_at) == (State.SENT, message.delivered_at)


def test_a_delivery_spares_the_next_try(client: Client, write: Write, sms_gateway: SmsGateway) -> None:
    sms_gateway.will(web.LOST_REPLY)
    write("k")
    delivery.deliver("k")
    report(client, key="k", status="delivered")
    with clock.at(clock.now() + timedelta(hours=1)):
        assert delivery.deliver("k") is None


def test_a_report_may_come_before_the_reply(
    client: Client, write: Write, sms_gateway: SmsGateway, hooked: Hooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = write("k")
    hand_over = delivery._hand_over

    def reported_first(claim: delivery.Claim) -> object:
        receipt = hand_over(claim)
        report(client, key="k", status="delivered")
        return receipt

    monkeypatch.setattr(delivery, "_hand_over", reported_first)
    delivery.deliver("k")
    message.refresh_from_db()
    assert (message.delivered_at is not None, hooked) == (True, [("on_delivered", "k")])


def test_a_digests_report_reaches_each_reminder(
    client: Client, write: Write, user: User, sms_gateway: SmsGateway, hooked: Hooked, noon: datetime
) -> None:
    for number in range(2):
        write(f"r{number}", kind="reminder", user=user)
    with clock.at(noon + timedelta(minutes=1)):
        delivery.sweep()
    reports.record(key="r0:digest", delivered=True)
    assert hooked == [("on_delivered", "r0"), ("on_delivered", "r1")]


def test_a_hook_that_breaks_leaves_nothing_half_done(sent: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str, messages: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(reports, "run_hook", broken)
    with pytest.raises(ZeroDivisionError):
        reports.record(key="k", delivered=True)
    sent.refresh_from_db()
    assert sent.delivered_at is None


# --- the door ----------------------------------------------------------------------------
def test_the_door_refuses_a_wrong_signature(client: Client, sent: Message) -> None:
    assert report(client, secret="guessed", key="k", status="delivered") == 403


@pytest.mark.parametrize("minutes", [-6, 6])
def test_the_door_refuses_an_old_signature(client: Client, sent: Message, minutes: int) -> None:
    at = (clock.now() + timedelta(minutes=minutes)).timestamp()
    assert report(client, at=at, key="k", status="delivered") == 403


def test_the_door_refuses_an_unsigned_report(client: Client, sent: Message) -> None:
    assert client.post(ADDRESS, {"key": "k"}, "application/json").status_code == 403


def test_the_door_refuses_a_changed_body(client: Client, sent: Message) -> None:
    _body, headers = sms.signed({"key": "k", "status": "failed"}, secret=django_settings.SMS_REPORT_SECRET)
    changed = b'{"key": "k", "status": "delivered"}'
    assert client.post(ADDRESS, changed, "application/json", headers=headers).status_code == 403


def test_the_door_stays_shut_without_a_secret(client: Client, sent: Message, settings: Settings) -> None:
    settings.SMS_REPORT_SECRET = ""
    assert report(client, secret="", key="k", status="delivered") == 403


def test_the_door_refuses_a_timestamp_that_is_no_number(client: Client, sent: Message) -> None:
    body, headers = sms.signed({"key": "k", "status": "delivered"}, secret=django_settings.SMS_REPORT_SECRET)
    headers = {**headers, "X-Timestamp": "just now"}
    assert client.post(ADDRESS, body, "application/json", headers=headers).status_code == 403


def test_the_door_does_not_know_a_strange_key(client: Client, sent: Message) -> None:
    assert report(client, key="other", status="delivered") == 404


def test_the_door_refuses_what_is_no_report(client: Client, sent: Message) -> None:
    assert report(client, key="k", status="perhaps") == 400


def test_the_door_only_takes_posts(client: Client) -> None:
    assert client.get(ADDRESS).status_code == 405
