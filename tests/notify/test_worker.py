"""The outbox with the real worker and the real web server."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from pytest_django import Settings

from tests.plugins.processes import Worker, nobody_asks, wait_until
from tests.standins import sms, web
from tests.standins.sms import SmsGateway
from wangguan import clock
from wangguan.notify import delivery, nudge, outbox
from wangguan.notify.models import Lane, Message
from wangguan.notify.outbox import Draft

DIGESTS = 5000

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def gateway() -> Iterator[SmsGateway]:
    with SmsGateway() as gateway:
        gateway.secret = settings.SMS_REPORT_SECRET
        yield gateway


@pytest.fixture(scope="module")
def _worker(new_worker: Callable[..., Worker], gateway: SmsGateway) -> Iterator[Worker]:
    """A worker that sends to the stand-in."""
    worker = new_worker(
        SMS_BACKEND="gateway", SMS_GATEWAY_URL=f"{gateway.address}/send", SMS_GATEWAY_TOKEN=sms.TOKEN
    )
    yield worker
    worker.stop()


@pytest.fixture
def worker(_worker: Worker, gateway: SmsGateway) -> Worker:
    """Up, with nothing said to the gateway yet."""
    gateway.told.clear()
    gateway.report_after = ()
    return _worker


def write(number: int) -> None:
    """So many messages of a kind that the worker knows too."""
    numbers = range(number)
    outbox.add(Draft(f"k{n}", "digest", "sms", to="13800000001", context={"count": 1}) for n in numbers)


def test_a_message_is_sent_by_its_nudge(worker: Worker, gateway: SmsGateway) -> None:
    write(3)
    wait_until(lambda: Message.objects.filter(state="sent").count() == 3)
    assert gateway.keys() == {"k0", "k1", "k2"}


@pytest.mark.parametrize("after", [(0.0,), (1.0,), (0.0, 0.1)], ids=["prompt", "late", "twice"])
def test_a_report_comes_back_over_http(
    worker: Worker, gateway: SmsGateway, live_site: str, after: tuple[float, ...]
) -> None:
    gateway.report_url, gateway.report_after = f"{live_site}/notify/sms/report/", after
    write(1)
    wait_until(lambda: Message.objects.filter(delivered_at__isnull=False).exists())


def test_a_lost_report_leaves_it_undelivered(worker: Worker) -> None:
    write(1)
    wait_until(lambda: Message.objects.filter(state="sent").exists())
    assert Message.objects.without_report(clock.now()).count() == 1


def test_five_thousand_digests_before_a_slow_gateway_do_not_delay_an_answer(
    worker: Worker, gateway: SmsGateway
) -> None:
    """Both processes of the worker are busy with digests, a minute each, when the answer is written."""
    gateway.always(web.slow(0.2))
    with outbox.unnudged():
        write(DIGESTS)
    Message.objects.update(lane=Lane.ROUTINE)
    for first in range(0, DIGESTS, nudge.MOST_KEYS):
        nudge.wake([f"k{n}" for n in range(first, first + nudge.MOST_KEYS)], lane=Lane.ROUTINE)
    wait_until(lambda: Message.objects.filter(state="sending").count() == 2)
    outbox.add([Draft("answer", "received", "sms", to="13800000002", context={"number": "1", "token": "t"})])
    wait_until(lambda: {"answer"} <= gateway.keys(), patience=5)
    assert len(gateway.told) < DIGESTS / 10
    gateway.always(web.USUAL)
    Message.objects.all().delete()
    wait_until(nobody_asks)


def test_a_worker_killed_while_sending_tells_nobody_twice(
    worker: Worker, gateway: SmsGateway, settings: Settings
) -> None:
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN = f"{gateway.address}/send", sms.TOKEN
    gateway.always(web.slow(0.2))
    write(12)
    wait_until(lambda: len(gateway.told) > 3)
    worker.kill()
    gateway.always(web.USUAL)
    with clock.at(clock.now() + timedelta(minutes=2)):
        delivery.sweep()
    assert (len(gateway.keys()), gateway.twice()) == (12, [])
    assert Message.objects.filter(state="sent").count() == 12
