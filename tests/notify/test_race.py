"""True races: several connections, nothing mocked."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection

from grids.models import User
from tests.standins.sms import SmsGateway
from tests.standins.web import slow
from wangguan import clock
from wangguan.notify import delivery, outbox, reports
from wangguan.notify.models import Message, State
from wangguan.notify.outbox import Draft

pytestmark = pytest.mark.django_db(transaction=True)
Write = Callable[..., Message]


@pytest.fixture(autouse=True)
def _unnudged() -> Any:
    with outbox.unnudged():
        yield


def at_once(*jobs: Callable[[], object]) -> list[Any]:
    """Start all jobs at one moment, each on its own connection; their results."""
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        gate.wait()
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_two_workers_claim_one_message_once(write: Write, sms_gateway: SmsGateway) -> None:
    for number in range(20):
        key = write(f"k{number}").key
        outcomes = at_once(*[partial(delivery.deliver, key)] * 4)
        assert sorted(outcomes, key=str) == [None, None, None, State.SENT]
    assert len(sms_gateway.requests) == 20


def test_two_sweeps_send_everything_once(write: Write, sms_gateway: SmsGateway) -> None:
    for number in range(40):
        write(f"k{number}")
    outcomes = at_once(delivery.sweep, delivery.sweep, delivery.sweep)
    assert sum(outcome[State.SENT] for outcome in outcomes) == 40
    assert (len(sms_gateway.keys()), len(sms_gateway.requests)) == (40, 40)


def test_workers_racing_for_one_persons_reminders_send_one_digest(
    write: Write, user: User, sms_gateway: SmsGateway, noon: object
) -> None:
    messages = [write(f"r{number}", kind="reminder", user=user) for number in range(6)]

    def job(key: str) -> Callable[[], object]:
        def run() -> object:
            with clock.at(messages[0].next_try_at + timedelta(seconds=5)):
                return delivery.deliver(key)

        return run

    at_once(*[job(message.key) for message in messages])
    assert [told["params"]["count"] for told in sms_gateway.told] == ["6"]


def test_a_cancellation_racing_a_claim_has_one_winner(write: Write, sms_gateway: SmsGateway) -> None:
    for number in range(20):
        key = write(f"k{number}").key
        cancelled, sent = at_once(partial(outbox.cancel, [key]), partial(delivery.deliver, key))
        assert (cancelled, sent) in [(1, None), (0, State.SENT)]


def test_two_writers_of_one_key_write_it_once(hooked: object) -> None:
    draft = Draft("k", "answer", "sms", to="13800000001", context={"number": "WG-1", "token": "t"})
    at_once(*[lambda: outbox.add([draft])] * 4)
    assert Message.objects.count() == 1


def test_two_reports_at_once_run_the_hook_once(
    write: Write, sms_gateway: SmsGateway, hooked: list[tuple[str, str]]
) -> None:
    write("k")
    delivery.deliver("k")
    at_once(*[lambda: reports.record(key="k", delivered=True)] * 4)
    assert hooked == [("on_delivered", "k")]


def test_a_slow_gateway_holds_no_transaction_open(write: Write, sms_gateway: SmsGateway) -> None:
    """While one worker waits for the gateway, others may write to the same row."""
    sms_gateway.will(slow(1.0))
    write("k")

    def touch() -> int:
        with connection.cursor() as cursor:
            cursor.execute("set lock_timeout = '500ms'")
        while not sms_gateway.requests:
            pass
        return Message.objects.filter(key="k").update(topic="touched")

    assert at_once(lambda: delivery.deliver("k"), touch) == [State.SENT, 1]
