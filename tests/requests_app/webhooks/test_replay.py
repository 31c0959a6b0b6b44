"""Sending again: one event, or all since a moment; the same ids, never what is still on its way."""

from datetime import timedelta

import pytest
from django.utils import translation

from requests_app.models import Ticket
from requests_app.services import RESIDENT, take
from requests_app.webhooks.models import Delivery, Subscriber
from requests_app.webhooks.services import pausing, replay, sending
from tests.cast import Cast
from tests.race import at_once
from tests.requests_app.matters import told
from tests.requests_app.webhooks.conftest import Subscribe
from tests.standins.subscriber import Receiver
from wangguan import clock
from wangguan.notify import delivery
from wangguan.notify.models import Message
from wangguan.refusals import Refused

pytestmark = pytest.mark.django_db

AN_HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _english() -> None:
    """Refusals are compared by their words."""
    translation.activate("en")


def send_all() -> None:
    delivery.deliver_many(Message.objects.filter(channel="webhook").values_list("key", flat=True))


def fresh(subscriber: Subscriber) -> Subscriber:
    return Subscriber.objects.get(pk=subscriber.pk)


def test_one_event_again_has_the_same_id(cast: Cast, subscriber: Subscriber, receiver: Receiver) -> None:
    told(cast)
    send_all()
    replay.one_again(Delivery.objects.get(), by=cast.director)
    send_all()
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1


def test_what_is_on_its_way_is_not_sent_again(cast: Cast, subscriber: Subscriber) -> None:
    told(cast)
    with pytest.raises(Refused, match="on its way"):
        replay.one_again(Delivery.objects.get(), by=cast.director)


def test_a_test_is_not_sent_again(cast: Cast, subscriber: Subscriber) -> None:
    with pytest.raises(Refused, match="test"):
        replay.one_again(sending.send_test(subscriber), by=cast.director)


def test_what_was_missed_during_a_pause_is_sent(
    cast: Cast, subscriber: Subscriber, receiver: Receiver
) -> None:
    told(cast)
    pausing.pause(subscriber, why="by_hand", by=cast.director)
    told(cast)
    pausing.resume(subscriber, by=cast.director)
    assert replay.all_since(fresh(subscriber), clock.now() - AN_HOUR, by=cast.director) == 2
    send_all()
    assert sorted(str(event["type"]) for event in receiver.told) == ["ticket.create"] * 2


@pytest.mark.parametrize(("arrived_too", "count"), [(False, 1), (True, 2)])
def test_what_arrived_is_left_out_unless_wanted(
    cast: Cast, subscriber: Subscriber, receiver: Receiver, arrived_too: bool, count: int
) -> None:
    told(cast)
    send_all()
    told(cast)
    Message.objects.filter(channel="webhook", delivered_at=None).update(state="dead")
    since = clock.now() - AN_HOUR
    assert replay.all_since(subscriber, since, by=cast.director, arrived_too=arrived_too) == count


def test_only_what_was_subscribed_to_is_sent(cast: Cast, subscribe: Subscribe) -> None:
    row = subscribe(events=["ticket.withdraw"])
    take(told(cast), "withdraw", by=RESIDENT)
    told(cast)
    Message.objects.filter(channel="webhook").update(state="dead")
    assert replay.all_since(row, clock.now() - AN_HOUR, by=cast.director) == 1


def test_what_the_account_does_not_see_is_not_sent(cast: Cast, subscriber: Subscriber) -> None:
    told(cast)
    Message.objects.filter(channel="webhook").update(state="dead")
    Ticket.objects.update(about_staff=True, level="street")
    assert replay.all_since(subscriber, clock.now() - AN_HOUR, by=cast.director) == 0


def test_longer_than_a_week_is_refused(cast: Cast, subscriber: Subscriber) -> None:
    with pytest.raises(Refused, match="seven days"):
        replay.all_since(subscriber, clock.now() - timedelta(days=8), by=cast.director)


def test_too_many_are_refused(cast: Cast, subscriber: Subscriber, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "MOST", 1)
    told(cast), told(cast)
    with pytest.raises(Refused, match="later moment"):
        replay.all_since(subscriber, clock.now() - AN_HOUR, by=cast.director)


def test_a_paused_one_is_resumed_first(cast: Cast, subscriber: Subscriber) -> None:
    pausing.pause(subscriber, why="by_hand", by=cast.director)
    with pytest.raises(Refused, match="Resume it first"):
        replay.all_since(fresh(subscriber), clock.now() - AN_HOUR, by=cast.director)


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_send_one(cast: Cast, subscriber: Subscriber) -> None:
    told(cast)
    Message.objects.filter(channel="webhook").update(state="dead")
    since = clock.now() - AN_HOUR
    jobs = [lambda: replay.all_since(fresh(subscriber), since, by=cast.director)] * 2
    at_once(*jobs)
    assert Delivery.objects.count() == 2
