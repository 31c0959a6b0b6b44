"""On the way: signed, tried again, given up; a day in vain pauses; what waits rests meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Q

from requests_app.models import Ticket
from requests_app.webhooks.models import Delivery, Subscriber
from requests_app.webhooks.services import book, keeping, pausing, sending
from tests.cast import Cast
from tests.requests_app.matters import told
from tests.standins import web
from tests.standins.subscriber import Receiver, is_signed
from tests.standins.web import Behaviour
from wangguan import clock
from wangguan.notify import delivery
from wangguan.notify.channels.webhook import signed
from wangguan.notify.models import Message

pytestmark = pytest.mark.django_db

GONE = Behaviour(status=410, takes=False)


def events(**narrowed: object) -> list[Message]:
    return list(Message.objects.filter(Q(**narrowed), channel="webhook").order_by("pk"))


def one_event(cast: Cast) -> Message:
    told(cast)
    return events()[-1]


def fresh(subscriber: Subscriber) -> Subscriber:
    return Subscriber.objects.get(pk=subscriber.pk)


def test_an_event_arrives_signed(cast: Cast, subscriber: Subscriber, receiver: Receiver) -> None:
    message = one_event(cast)
    assert delivery.deliver(message.key) == "sent"
    (request,) = receiver.requests
    assert is_signed(request, subscriber.secret)
    assert request.body == message.context["event"]


def test_a_changed_body_is_not_signed(cast: Cast, subscriber: Subscriber, receiver: Receiver) -> None:
    delivery.deliver(one_event(cast).key)
    (request,) = receiver.requests
    forged = web.Request(request.path, request.headers, {}, request.raw.replace(b"grid", b"street"))
    assert not is_signed(forged, subscriber.secret)


def test_the_signature_is_that_of_the_standards_own_example() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    with clock.at(datetime.fromtimestamp(1614265330, tz=UTC)):
        headers = signed("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', secrets=[secret])
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_log_keeps_the_answer(cast: Cast, subscriber: Subscriber, receiver: Receiver) -> None:
    delivery.deliver(one_event(cast).key)
    row = Delivery.objects.get()
    assert (row.reply_status, row.tried_at is not None, row.took_ms is not None) == (200, True, True)
    assert fresh(subscriber).last_success_at


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (web.BROKEN, "http_500"),
        (Behaviour(status=404), "http_404"),
        (web.LOST_REPLY, "no_reply"),
        (Behaviour(status=302, headers={"Location": "http://169.254.169.254/"}), "redirect"),
    ],
)
def test_whatever_is_no_success_is_tried_again(
    cast: Cast, subscriber: Subscriber, receiver: Receiver, behaviour: Behaviour, code: str
) -> None:
    receiver.will(behaviour)
    message = one_event(cast)
    assert delivery.deliver(message.key) == "failed"
    assert (events()[0].error, len(receiver.requests)) == (code, 1)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("behaviour", [web.slow(1.0), Behaviour(drip=0.2, raw=b"x" * 9)])
def test_a_slow_answer_ends_in_time(
    cast: Cast, subscriber: Subscriber, receiver: Receiver, behaviour: Behaviour
) -> None:
    receiver.will(behaviour)
    delivery.deliver(one_event(cast).key)
    took = Delivery.objects.get().took
    assert took is not None
    assert took < timedelta(seconds=0.9)


def test_a_repeat_has_the_same_id_and_body_and_a_fresh_stamp(
    cast: Cast, subscriber: Subscriber, receiver: Receiver
) -> None:
    receiver.will(web.TAKEN_BUT_BROKEN)
    message = one_event(cast)
    delivery.deliver(message.key)
    with clock.at(clock.now() + timedelta(minutes=2)):
        delivery.deliver(message.key)
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == message.context["id"]
    assert first.raw == second.raw
    assert first.headers["webhook-timestamp"] < second.headers["webhook-timestamp"]


def test_tries_reach_beyond_a_day() -> None:
    pauses = [
        delivery.doubled(tries, longest=delivery.LONGEST_PAUSE_OUTWARD)
        for tries in range(1, delivery.MOST_TRIES_OUTWARD)
    ]
    assert pauses[:4] == [timedelta(seconds=seconds) for seconds in (30, 60, 120, 240)]
    assert pauses[-1] == timedelta(hours=4)
    assert timedelta(hours=28) < sum(pauses, timedelta()) < timedelta(hours=29)


def test_retry_after_is_kept_to(cast: Cast, subscriber: Subscriber, receiver: Receiver) -> None:
    receiver.will(Behaviour(status=503, takes=False, headers={"Retry-After": "600"}))
    with clock.at(now := clock.now()):
        delivery.deliver(one_event(cast).key)
    assert events()[0].next_try_at == now + timedelta(seconds=600)


def test_what_else_waits_rests_with_the_first_failure(
    cast: Cast, subscriber: Subscriber, receiver: Receiver
) -> None:
    receiver.always(web.BROKEN)
    for _ in range(3):
        told(cast)
    delivery.sweep()
    assert len(receiver.requests) == 1
    assert fresh(subscriber).failures == 1


def test_one_success_ends_the_rest(cast: Cast, subscriber: Subscriber, receiver: Receiver) -> None:
    receiver.will(web.BROKEN, web.USUAL)
    for _ in range(3):
        told(cast)
    delivery.sweep()
    with clock.at(clock.now() + timedelta(minutes=1)):
        delivery.sweep()
    assert [message.state for message in events()] == ["sent"] * 3
    assert (fresh(subscriber).failing_since, fresh(subscriber).failures) == (None, 0)


def test_a_day_of_failures_pauses_and_tells_who_leads(
    cast: Cast, subscriber: Subscriber, receiver: Receiver
) -> None:
    receiver.always(web.BROKEN)
    begin = clock.now()
    told(cast)
    for hour in range(30):
        with clock.at(begin + timedelta(hours=hour)):
            delivery.sweep()
    row = fresh(subscriber)
    assert (row.state, row.paused_why, row.paused_by) == ("paused", "failing", None)
    assert row.paused_at is not None
    assert row.paused_at - begin >= book.PATIENCE
    (word,) = Message.objects.filter(kind="webhook_paused")
    assert (word.user, word.link.endswith(f"/admin/webhooks/{row.pk}/")) == (cast.director, True)


def test_a_success_in_between_begins_the_day_anew(
    cast: Cast, subscriber: Subscriber, receiver: Receiver
) -> None:
    receiver.will(web.BROKEN)
    begin = clock.now()
    told(cast)
    delivery.sweep()
    with clock.at(begin + timedelta(hours=23)):
        delivery.sweep()
    receiver.will(web.BROKEN)
    with clock.at(begin + timedelta(hours=25)):
        told(cast)
        delivery.sweep()
    assert fresh(subscriber).is_active


def test_a_pause_cancels_what_waits(cast: Cast, subscriber: Subscriber, receiver: Receiver) -> None:
    receiver.will(web.BROKEN)
    told(cast), told(cast)
    delivery.sweep()
    pausing.pause(subscriber, why="by_hand", by=cast.director)
    assert [message.state for message in events()] == ["cancelled"] * 2


def test_410_pauses_at_once(cast: Cast, subscriber: Subscriber, receiver: Receiver) -> None:
    receiver.will(GONE)
    assert delivery.deliver(one_event(cast).key) == "dead"
    assert fresh(subscriber).paused_why == "gone"


def test_what_the_account_may_not_see_any_more_is_not_sent(
    cast: Cast, subscriber: Subscriber, receiver: Receiver
) -> None:
    message = one_event(cast)
    Ticket.objects.update(about_staff=True, level="street")
    assert delivery.deliver(message.key) == "dead"
    assert (receiver.requests, events()[0].error) == ([], "not_visible")


def test_a_paused_one_still_gets_a_test(cast: Cast, subscriber: Subscriber, receiver: Receiver) -> None:
    pausing.pause(subscriber, why="by_hand", by=cast.director)
    sent = sending.send_test(subscriber)
    delivery.deliver(sent.message_id)
    assert receiver.told[0]["type"] == "webhook.test"


def test_two_secrets_are_good_for_a_day(cast: Cast, subscriber: Subscriber, receiver: Receiver) -> None:
    old = subscriber.secret
    new = keeping.rotate(subscriber, by=cast.director)
    delivery.deliver(one_event(cast).key)
    with clock.at(clock.now() + keeping.OVERLAP):
        delivery.deliver(one_event(cast).key)
    first, second = receiver.requests
    assert (is_signed(first, old), is_signed(first, new)) == (True, True)
    assert (is_signed(second, old), is_signed(second, new)) == (False, True)


def test_people_are_told_before_systems(
    cast: Cast, subscriber: Subscriber, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = one_event(cast).key
    sent: list[str] = []
    monkeypatch.setattr(delivery, "deliver", sent.append)
    delivery.sweep()
    assert (len(sent) > 1, sent[-1]) == (True, event)
