"""Claims, outcomes, back-off, recovery and digests, over the SMS stand-in."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries, Settings

from grids.models import User
from tests.factories import make_user
from tests.standins import web
from tests.standins.sms import SmsGateway
from wangguan import clock
from wangguan.notify import delivery, kinds
from wangguan.notify.models import Lane, Message, State

pytestmark = pytest.mark.django_db
Write = Callable[..., Message]
Hooked = list[tuple[str, str]]


def state_of(key: str = "k") -> State:
    return State(Message.objects.get(key=key).state)


def test_deliver_sends_and_records(write: Write, sms_gateway: SmsGateway) -> None:
    write("k")
    assert delivery.deliver("k") == State.SENT
    message = Message.objects.get()
    assert (message.state, message.attempts, message.gateway_id) == (State.SENT, 1, "gw-k")


def test_deliver_does_nothing_twice(write: Write, sms_gateway: SmsGateway) -> None:
    write("k")
    delivery.deliver("k")
    assert delivery.deliver("k") is None
    assert len(sms_gateway.requests) == 1


def test_deliver_of_a_key_nobody_wrote_does_nothing() -> None:
    assert delivery.deliver("k") is None


def test_deliver_waits_until_it_is_due(write: Write, sms_gateway: SmsGateway, noon: datetime) -> None:
    write("k", not_before=noon + timedelta(minutes=1))
    assert delivery.deliver("k") is None
    with clock.at(noon + timedelta(minutes=1)):
        assert delivery.deliver("k") == State.SENT


def test_deliver_leaves_cancelled_alone(write: Write, sms_gateway: SmsGateway) -> None:
    write("k")
    Message.objects.update(state=State.CANCELLED)
    assert delivery.deliver("k") is None


@pytest.mark.django_db(transaction=True)
def test_deliver_refuses_to_run_inside_a_transaction(write: Write) -> None:
    write("k")
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        delivery.deliver("k")


def test_deliver_reads_the_persons_phone_when_sending(
    write: Write, user: User, sms_gateway: SmsGateway
) -> None:
    write("k", user=user)
    User.objects.filter(pk=user.pk).update(phone="13900000009")
    delivery.deliver("k")
    assert sms_gateway.told[0]["phone"] == "13900000009"


def test_deliver_gives_up_without_an_address(write: Write, sms_gateway: SmsGateway, hooked: Hooked) -> None:
    write("k", user=make_user("wang", phone=""))
    assert delivery.deliver("k") == State.DEAD
    assert (Message.objects.get().error, hooked) == ("no_address", [("on_failed", "k")])


def test_deliver_gives_up_a_kind_that_is_gone(
    write: Write, sms_gateway: SmsGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("k")
    monkeypatch.setattr(kinds, "_kinds", {})
    assert delivery.deliver("k") == State.DEAD


def test_deliver_marks_a_later_in_app_message_sent(write: Write, user: User, noon: datetime) -> None:
    write("k", channel="in_app", user=user, not_before=noon + timedelta(minutes=1))
    with clock.at(noon + timedelta(minutes=1)):
        assert delivery.deliver("k") == State.SENT


# --- failures and back-off ---------------------------------------------------------------
@pytest.mark.parametrize(("tries", "seconds"), [(0, 30), (1, 60), (2, 120), (8, 7200)])
def test_a_failure_waits_twice_as_long_each_time(
    write: Write, sms_gateway: SmsGateway, noon: datetime, tries: int, seconds: int
) -> None:
    sms_gateway.will(web.AWAY)
    write("k")
    Message.objects.update(attempts=tries)
    delivery.deliver("k")
    pause = Message.objects.get().next_try_at - noon
    assert seconds <= pause.total_seconds() <= seconds * 1.1


def test_the_last_failure_gives_up(write: Write, sms_gateway: SmsGateway, hooked: Hooked) -> None:
    sms_gateway.always(web.AWAY)
    write("k")
    Message.objects.update(attempts=delivery.MOST_TRIES - 1)
    assert delivery.deliver("k") == State.DEAD
    assert hooked == [("on_failed", "k")]


def test_a_failure_keeps_the_key(write: Write, sms_gateway: SmsGateway, noon: datetime) -> None:
    sms_gateway.will(web.AWAY)
    write("k")
    delivery.deliver("k")
    with clock.at(noon + timedelta(minutes=2)):
        delivery.deliver("k")
    assert [request.headers["Idempotency-Key"] for request in sms_gateway.requests] == ["k", "k"]


def test_a_rate_limit_is_no_failed_try(write: Write, sms_gateway: SmsGateway, noon: datetime) -> None:
    sms_gateway.will(web.TOO_MANY)
    write("k")
    assert delivery.deliver("k") == State.QUEUED
    message = Message.objects.get()
    assert (message.attempts, message.next_try_at) == (0, noon + timedelta(seconds=7))


def test_a_rate_limit_that_lasts_a_day_gives_up(
    write: Write, sms_gateway: SmsGateway, noon: datetime
) -> None:
    sms_gateway.will(web.TOO_MANY)
    write("k")
    with clock.at(noon + timedelta(hours=25)):
        assert delivery.deliver("k") == State.DEAD


def test_a_routine_failure_of_the_evening_waits_for_the_morning(
    write: Write, user: User, sms_gateway: SmsGateway, noon: datetime
) -> None:
    sms_gateway.will(web.AWAY)
    evening, morning = noon + timedelta(hours=7, minutes=59, seconds=20), noon + timedelta(hours=20)
    with clock.at(evening - timedelta(minutes=2)):
        write("k", kind="reminder", user=user)
    with clock.at(evening):
        delivery.deliver("k")
    assert Message.objects.get().next_try_at == morning - timedelta(seconds=30)


def test_a_routine_message_found_at_night_waits(
    write: Write, user: User, sms_gateway: SmsGateway, noon: datetime
) -> None:
    write("k", kind="reminder", user=user)
    with clock.at(noon + timedelta(hours=12)):
        assert delivery.deliver("k") is None


def test_a_lost_reply_is_told_once_where_repeats_are_dropped(
    write: Write, sms_gateway: SmsGateway, noon: datetime
) -> None:
    sms_gateway.will(web.LOST_REPLY)
    write("k")
    assert delivery.deliver("k") == State.FAILED
    with clock.at(noon + timedelta(minutes=2)):
        assert delivery.deliver("k") == State.SENT
    assert (len(sms_gateway.requests), sms_gateway.keys(), sms_gateway.twice()) == (2, {"k"}, [])


def test_a_lost_reply_is_for_a_person_where_repeats_are_told_again(
    write: Write, sms_gateway: SmsGateway, hooked: Hooked, settings: Settings
) -> None:
    settings.SMS_DROPS_REPEATS = False
    sms_gateway.will(web.LOST_REPLY)
    write("k")
    assert delivery.deliver("k") == State.UNKNOWN
    assert hooked == [("on_unknown", "k")]
    assert delivery.deliver("k") is None


def test_a_transports_own_mistake_leaves_an_outcome(
    write: Write, sms_gateway: SmsGateway, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(parcel: object) -> None:
        raise ZeroDivisionError("13800000001")

    monkeypatch.setattr("wangguan.notify.channels.sms.send", broken)
    write("k")
    assert delivery.deliver("k") == State.FAILED
    assert "ZeroDivisionError" in caplog.text
    assert "13800000001" not in caplog.text


# --- interrupted -------------------------------------------------------------------------
def interrupt(key: str, *, ago: timedelta) -> None:
    """As if the worker that sends `key` had died so long ago."""
    moment = clock.now() - ago
    Message.objects.filter(key=key).update(
        state=State.SENDING, claimed_at=moment, attempts=1, next_try_at=moment
    )


def test_sweep_sends_what_a_lost_nudge_left(write: Write, sms_gateway: SmsGateway) -> None:
    write("k")
    assert delivery.sweep() == {State.SENT: 1}


def test_sweep_sends_an_interrupted_message_again(write: Write, sms_gateway: SmsGateway) -> None:
    write("k")
    interrupt("k", ago=timedelta(seconds=61))
    delivery.sweep()
    assert (state_of(), sms_gateway.keys()) == (State.SENT, {"k"})


def test_sweep_asks_a_person_where_repeats_are_told_again(
    write: Write, sms_gateway: SmsGateway, hooked: Hooked, settings: Settings
) -> None:
    settings.SMS_DROPS_REPEATS = False
    write("k")
    interrupt("k", ago=timedelta(seconds=61))
    delivery.sweep()
    assert (state_of(), hooked, sms_gateway.requests) == (State.UNKNOWN, [("on_unknown", "k")], [])


def test_sweep_leaves_a_send_its_time(write: Write, sms_gateway: SmsGateway) -> None:
    write("k")
    interrupt("k", ago=timedelta(seconds=59))
    delivery.sweep()
    assert state_of() == State.SENDING


def test_sweep_gives_up_what_was_interrupted_too_often(
    write: Write, sms_gateway: SmsGateway, hooked: Hooked
) -> None:
    write("k")
    interrupt("k", ago=timedelta(seconds=61))
    Message.objects.update(attempts=delivery.MOST_TRIES)
    delivery.sweep()
    assert (state_of(), hooked) == (State.DEAD, [("on_failed", "k")])


def test_a_late_receipt_still_counts(
    write: Write, sms_gateway: SmsGateway, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker was only slow: the sweep gave the message up before the reply came."""
    settings.SMS_DROPS_REPEATS = False
    write("k")
    hand_over = delivery._hand_over

    def slowly(claim: delivery.Claim) -> object:
        receipt = hand_over(claim)
        with clock.at(clock.now() + timedelta(minutes=2)):
            delivery.sweep()
        assert state_of() == State.UNKNOWN
        return receipt

    monkeypatch.setattr(delivery, "_hand_over", slowly)
    delivery.deliver("k")
    assert state_of() == State.SENT


def test_a_late_failure_does_not_undo_anothers_success(
    write: Write, sms_gateway: SmsGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    sms_gateway.will(web.USUAL, web.AWAY)
    write("k")
    hand_over = delivery._hand_over

    def slowly(claim: delivery.Claim) -> object:
        monkeypatch.setattr(delivery, "_hand_over", hand_over)
        with clock.at(clock.now() + timedelta(minutes=2)):
            delivery.sweep()
        return hand_over(claim)

    monkeypatch.setattr(delivery, "_hand_over", slowly)
    delivery.deliver("k")
    assert state_of() == State.SENT


def test_a_broken_hook_does_not_stop_the_sweep(
    write: Write, sms_gateway: SmsGateway, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.SMS_DROPS_REPEATS = False
    for key in ("bad", "good"):
        write(key)
        interrupt(key, ago=timedelta(seconds=61))

    def hook(message: Message) -> None:
        if message.key == "bad":
            raise ZeroDivisionError

    monkeypatch.setattr(kinds, "_kinds", {"answer": kinds.Kind("answer", "", "", on_unknown=hook)})
    delivery.sweep()
    assert (state_of("bad"), state_of("good")) == (State.SENDING, State.UNKNOWN)


def test_sweep_leaves_a_channel_alone_that_keeps_failing(write: Write, sms_gateway: SmsGateway) -> None:
    sms_gateway.always(web.AWAY)
    for number in range(5):
        write(f"k{number}")
    assert delivery.sweep() == {State.FAILED: delivery.TIRED_AFTER}


def test_sweep_begins_nothing_after_its_time(write: Write, sms_gateway: SmsGateway) -> None:
    write("k")
    assert delivery.sweep(seconds=-1) == {}


# --- digests -----------------------------------------------------------------------------
@pytest.fixture
def reminders(write: Write, user: User, noon: datetime) -> list[Message]:
    """Three routine reminders of one person, due at the next minute."""
    return [write(f"r{number}", kind="reminder", user=user) for number in range(3)]


@pytest.fixture
def minute(reminders: list[Message]) -> datetime:
    return reminders[0].next_try_at


def test_reminders_of_one_minute_are_one_digest(
    reminders: list[Message], minute: datetime, sms_gateway: SmsGateway
) -> None:
    with clock.at(minute):
        delivery.sweep()
    (told,) = sms_gateway.told
    assert (told["template"], told["params"]["count"], told["key"]) == ("SMS_DIGEST", "3", "r0:digest")


def test_a_digest_marks_each_of_its_reminders(
    reminders: list[Message], minute: datetime, sms_gateway: SmsGateway
) -> None:
    with clock.at(minute):
        delivery.sweep()
    rows = Message.objects.order_by("pk").values_list("state", "sent_with__key")
    assert list(rows) == [("sent", None), ("sent", "r0"), ("sent", "r0")]


def test_one_reminder_goes_as_itself(
    write: Write, user: User, noon: datetime, sms_gateway: SmsGateway
) -> None:
    message = write("r", kind="reminder", user=user)
    with clock.at(message.next_try_at):
        delivery.sweep()
    assert [told["key"] for told in sms_gateway.told] == ["r"]


def test_reminders_of_two_people_stay_apart(
    write: Write, reminders: list[Message], minute: datetime, sms_gateway: SmsGateway
) -> None:
    write("other", kind="reminder", user=make_user("zhao"))
    with clock.at(minute):
        delivery.sweep()
    assert sms_gateway.keys() == {"r0:digest", "other"}


def test_what_is_not_routine_stays_out_of_a_digest(
    write: Write, user: User, reminders: list[Message], minute: datetime, sms_gateway: SmsGateway
) -> None:
    write("answer", user=user)
    with clock.at(minute):
        delivery.sweep()
    assert sms_gateway.keys() == {"r0:digest", "answer"}


def test_an_interrupted_digest_is_repeated_as_it_was(
    write: Write, user: User, reminders: list[Message], minute: datetime, sms_gateway: SmsGateway
) -> None:
    """What comes later must not hide in a digest whose key the gateway already knows."""
    sms_gateway.will(web.LOST_REPLY)
    with clock.at(minute):
        delivery.sweep()
    with clock.at(minute + timedelta(minutes=2)):
        write("late", kind="reminder", user=user)
    with clock.at(minute + timedelta(minutes=4)):
        delivery.sweep()
    assert (sms_gateway.keys(), sms_gateway.twice()) == ({"r0:digest", "late"}, [])
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_a_digest_held_back_untried_is_taken_apart(
    reminders: list[Message], minute: datetime, sms_gateway: SmsGateway
) -> None:
    sms_gateway.will(web.TOO_MANY)
    with clock.at(minute):
        delivery.sweep()
    rows = Message.objects.values_list("state", "attempts", "sent_with")
    assert set(rows) == {("queued", 0, None)}


def test_a_refused_digest_gives_up_each_reminder(
    reminders: list[Message], minute: datetime, sms_gateway: SmsGateway, hooked: Hooked
) -> None:
    sms_gateway.will(web.Behaviour(status=400, takes=False))
    with clock.at(minute):
        delivery.sweep()
    assert hooked == [("on_failed", "r0"), ("on_failed", "r1"), ("on_failed", "r2")]


def test_a_digest_shows_each_reminder_in_the_portal(write: Write, user: User, noon: datetime) -> None:
    for number in range(3):
        write(f"r{number}", kind="reminder", channel="in_app", user=user)
    assert Message.objects.unread_count(user) == 3


def test_a_sweep_reads_what_is_due_in_one_statement(
    sms_gateway: SmsGateway, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        delivery.sweep()


# --- what goes first ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "how", "lane"),
    [
        ("news", {}, Lane.USUAL),
        ("news", {"swift": True}, Lane.URGENT),
        ("reminder", {}, Lane.ROUTINE),
        ("reminder", {"swift": True}, Lane.ROUTINE),
        ("reminder", {"urgent": True}, Lane.URGENT),
    ],
)
def test_lane_of_a_message(write: Write, kind: str, how: dict[str, bool], lane: Lane) -> None:
    assert write("k", kind, **how).lane == lane


@pytest.mark.parametrize("kind", ["answer", "declined", "verdict_ask", "received", "party_code"])
def test_what_residents_wait_for_is_urgent(kind: str) -> None:
    assert kinds.get(kind).swift


def test_sweep_begins_with_what_is_urgent(write: Write, sms_gateway: SmsGateway, noon: datetime) -> None:
    for key, how in (("first", {}), ("second", {}), ("urgent", {"urgent": True})):
        write(key, "news", **how)
    with clock.at(noon + timedelta(seconds=1)):
        delivery.sweep()
    assert [message["key"] for message in sms_gateway.told] == ["urgent", "first", "second"]


def test_sweep_of_a_lane_leaves_the_others(write: Write, sms_gateway: SmsGateway) -> None:
    write("usual", "news")
    write("urgent", "news", urgent=True)
    delivery.sweep(Lane.URGENT)
    assert sms_gateway.keys() == {"urgent"}


def test_what_becomes_urgent_meanwhile_goes_before_the_rest(
    write: Write, sms_gateway: SmsGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "LOOK_EVERY", 0.0)
    keys = [write(f"k{number}", "news").key for number in range(3)]
    send, safely = [], delivery._safely

    def meanwhile(key: str) -> State | None:
        if key == "k0":
            write("urgent", "news", urgent=True)
        send.append(key)
        return safely(key)

    monkeypatch.setattr(delivery, "_safely", meanwhile)
    delivery.deliver_many(keys)
    assert send == ["k0", "urgent", "k1", "k2"]
