"""kill -9 of the worker and of the broker while two hundred matters are being resolved."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from kombu.exceptions import OperationalError
from pytest_django import Settings
from redis.exceptions import ConnectionError as BrokerGone

from requests_app.bench.copies import Copier
from requests_app.models import Ticket
from requests_app.services import audit, staff, take
from tests.cast import Cast
from tests.plugins.processes import Worker, wait_until
from tests.requests_app.matters import accepted
from tests.standins import sms, web
from tests.standins.sms import SmsGateway
from wangguan import clock
from wangguan.celery import app
from wangguan.embedded.throwaway import Servers
from wangguan.notify import delivery, outbox
from wangguan.notify.models import Message
from wangguan.notify.queries import MessageQuerySet

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

MATTERS = 200
LEASE_OVER = timedelta(minutes=2)


@pytest.fixture
def gateway(live_site: str, settings: Settings) -> Iterator[SmsGateway]:
    """Drops repeated keys, reports delivery at once, and keeps every request it got."""
    with SmsGateway() as gateway:
        gateway.secret = settings.SMS_REPORT_SECRET
        gateway.report_url, gateway.report_after = f"{live_site}/notify/sms/report/", (0.0,)
        gateway.always(web.slow(0.03))  # long enough to be killed in
        settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN = f"{gateway.address}/send", sms.TOKEN
        yield gateway


@pytest.fixture
def worker(new_worker: Callable[..., Worker], gateway: SmsGateway) -> Iterator[Worker]:
    address = f"{gateway.address}/send"
    worker = new_worker(SMS_BACKEND="gateway", SMS_GATEWAY_URL=address, SMS_GATEWAY_TOKEN=sms.TOKEN)
    yield worker
    worker.stop()
    wait_until(reached_again)


def reached_again() -> bool:
    """Whether this process has left the connection that led to the killed broker."""
    try:
        app.control.purge()
    except BrokerGone:
        return False
    return True


@pytest.fixture
def matters(cast: Cast) -> list[Ticket]:
    """Accepted by the grid's worker; the words to their residents were sent before."""
    with outbox.unnudged():
        accepted(cast)
    Copier(most=MATTERS).copy(1, MATTERS - 1)
    outbox.cancel(Message.objects.values_list("key", flat=True))
    return list(Ticket.objects.select_related("grid", "community", "category", "assignee"))


def resolve(matters: list[Ticket], cast: Cast) -> None:
    for ticket in matters:
        take(ticket, "resolve", by=staff(cast.worker), answer="您好，灯已经换好。")


def sweep_until(done: Callable[[], object], *, patience: float = 150.0) -> None:
    """Ask the worker for a sweep of what is urgent every second, as beat does less often.

    A message whose first try failed rests 30 seconds and more before its second (`delivery.FIRST_PAUSE`).
    """
    deadline = time.monotonic() + patience
    while not done():
        assert time.monotonic() < deadline, f"swept {patience} s in vain"
        with suppress(OperationalError, OSError):
            app.send_task("wangguan.notify.tasks.sweep_urgent", retry=False)
        time.sleep(1)


def test_everybody_is_told_once_though_worker_and_broker_are_killed(
    cast: Cast, matters: list[Ticket], worker: Worker, servers: Servers, gateway: SmsGateway
) -> None:
    resolve(matters[:80], cast)
    wait_until(lambda: gateway.told)
    worker.kill()
    resolve(matters[80:120], cast)
    worker.start()
    resolve(matters[120:160], cast)
    servers.kill_broker()
    resolve(matters[160:], cast)
    servers.start_broker()
    sweep_until(lambda: not answers(state__in=["queued", "failed"]).exists())
    with clock.at(clock.now() + LEASE_OVER):  # what was in the killed worker's hands
        delivery.sweep()
    wait_until(lambda: not answers(delivered_at=None).exists())

    assert told(gateway) == Counter({ticket.number: 1 for ticket in matters})
    assert keys(gateway) == {ticket.number: 1 for ticket in matters}
    assert Ticket.objects.filter(status="answered").count() == MATTERS
    assert audit.violations() == {}


def answers(**fields: object) -> MessageQuerySet:
    return Message.objects.filter(kind="answer", **fields)


def told(gateway: SmsGateway) -> Counter[str]:
    """How often a phone was told of each matter's answer."""
    return Counter(sent["params"]["number"] for sent in gateway.told if sent["template"] == "ANSWER")


def keys(gateway: SmsGateway) -> dict[str, int]:
    """Under how many different keys each matter's answer was sent, repeats included."""
    sent = {(each.body["params"]["number"], each.body["key"]) for each in gateway.requests}
    return Counter(number for number, key in sent if key.startswith("answer:"))
