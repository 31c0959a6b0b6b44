"""kill -9 of the worker while it posts: every event arrives at least once, a repeat under its first id."""

from datetime import timedelta

import pytest

from requests_app.webhooks.models import Delivery, Subscriber
from tests.cast import Cast
from tests.plugins.processes import Worker, wait_until
from tests.requests_app.matters import told
from tests.standins import web
from tests.standins.subscriber import Receiver
from wangguan import clock
from wangguan.notify import delivery
from wangguan.notify.models import Message

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def test_a_killed_worker_loses_no_event(
    cast: Cast, subscriber: Subscriber, receiver: Receiver, celery_worker: Worker
) -> None:
    receiver.always(web.slow(0.2))
    for _ in range(8):
        told(cast)
    wait_until(lambda: len(receiver.requests) > 2)
    celery_worker.kill()
    receiver.always(web.USUAL)
    with clock.at(clock.now() + timedelta(minutes=2)):
        delivery.sweep()
    assert set(receiver.ids) == {str(row.identity) for row in Delivery.objects.all()}
    assert Message.objects.filter(channel="webhook", delivered_at=None).count() == 0
    assert len(receiver.ids) >= 8
