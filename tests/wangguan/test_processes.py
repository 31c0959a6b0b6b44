"""The servers that the other tests rely on: real, killed with kill -9, and back."""

import httpx
import pytest
import redis
from django.conf import settings
from django.core.cache import cache

from tests.plugins.processes import Worker
from wangguan.embedded.throwaway import Servers

LOGGED_MS = 10_000

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def test_web_server_uses_the_tests_servers(live_site: str, celery_worker: Worker) -> None:
    assert httpx.get(f"{live_site}/readyz").json()["ready"] is True


def test_worker_comes_back_after_kill_9(celery_worker: Worker) -> None:
    celery_worker.kill()
    celery_worker.start()
    assert celery_worker.answers()


def test_broker_keeps_its_queues_through_kill_9(servers: Servers) -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as queues:
        queues.rpush("kept", "one", "two")
        # Logged within a second or two; what a kill finds before that, the outbox sweeps up.
        assert queues.execute_command("WAITAOF", 1, 0, LOGGED_MS)[0] == 1
        servers.kill_broker()
        servers.start_broker()
        assert queues.lrange("kept", 0, -1) == [b"one", b"two"]
        queues.delete("kept")


def test_cache_and_queues_lie_apart() -> None:
    cache.set("mine", 1)
    with redis.Redis.from_url(settings.REDIS_URL) as queues:
        assert not [key for key in queues.scan_iter() if b"mine" in key]
