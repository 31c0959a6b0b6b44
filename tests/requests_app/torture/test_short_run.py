"""The fault test in little: every process killed twice while some people go on."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from pytest_django import Settings
from redis.exceptions import ConnectionError as BrokerGone

from grids.models import User
from requests_app.torture.gateway import TOKEN, Gateway
from requests_app.torture.lives import Place
from requests_app.torture.run import Plan, Torture, await_
from requests_app.torture.stack import VICTIMS, Stack
from tests.cast import Cast
from tests.plugins.processes import environment, wait_until
from wangguan.celery import app
from wangguan.embedded import broker, postgres
from wangguan.embedded.throwaway import Servers
from wangguan.runner import services
from wangguan.runner.services import Service

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

PASSWORD = "under-fire-again"
PLAN = Plan(
    seed=7, actions=60, rounds=2, clients=4, pause=(0.2, 1.0), rest=(0.0, 1.0), patience=90, hurry=True
)


@pytest.fixture
def gateway(settings: Settings) -> Iterator[Gateway]:
    with Gateway(seed=PLAN.seed) as gateway:
        settings.SMS_BACKEND, settings.SMS_GATEWAY_TOKEN = "gateway", TOKEN
        settings.SMS_GATEWAY_URL = gateway.address
        yield gateway


@pytest.fixture
def site(free_port: int) -> str:
    return f"http://127.0.0.1:{free_port}"


@pytest.fixture
def free_port() -> int:
    return services.free_port()


@pytest.fixture
def stack(free_port: int, site: str, gateway: Gateway, servers: Servers, tmp_path: Path) -> Iterator[Stack]:
    """Web server, worker and beat on the run's own servers, all of them to be killed."""
    gateway.report_url = f"{site}/notify/sms/report/"
    told = {"SMS_BACKEND": "gateway", "SMS_GATEWAY_URL": gateway.address, "SMS_GATEWAY_TOKEN": TOKEN}
    env = environment(SITE_URL=site, TRUSTED_PROXIES="1", LOG_LEVEL="ERROR", **told)
    portal = services.ours(free_port, env, folder=tmp_path)
    with _durable(servers) as database:
        stack = Stack([database, _broker(servers), *portal])
        stack.start()
        yield stack
        for service in reversed(portal):
            service.stop()
        stack.revive(at_once=True, but=portal)
        servers.broker = stack.services["broker"].process
    wait_until(_queue_is_empty)


@contextmanager
def _durable(servers: Servers) -> Iterator[Service]:
    """The run's database keeping every commit through kill -9, which that of the tests does not promise."""
    assert servers.database is not None
    connection.close()
    postgres.stop(servers.database)
    durable = Service("postgres", partial(postgres.start, servers.folder), postgres.stop)
    try:
        yield durable
    finally:
        connection.close()
        durable.stop()
        servers.database = postgres.start(servers.folder, throw_away=True)


def _broker(servers: Servers) -> Service:
    launch = partial(broker.start, servers.folder, throw_away=True)
    return Service("broker", launch, broker.stop, servers.broker)


def _queue_is_empty() -> bool:
    """Whether this process has left the connection that led to a killed broker, and nothing waits there."""
    try:
        app.control.purge()
    except BrokerGone:
        return False
    return True


@pytest.fixture
def places(cast: Cast) -> list[Place]:
    User.objects.update(password=make_password(PASSWORD))
    return [Place(cast.building.address, cast.worker.username, cast.community.username)]


def test_nothing_acknowledged_is_lost_or_doubled_under_fire(
    places: list[Place], stack: Stack, gateway: Gateway, site: str, tmp_path: Path
) -> None:
    connection.close()
    await_(lambda: not services.what_is_wrong(f"{site}/readyz"), patience=60)
    run = Torture(PLAN, stack=stack, gateway=gateway, site=site, places=places, folder=tmp_path)
    assert run.run(password=PASSWORD) == []
    assert {run.killer.kills.count(victim) >= PLAN.rounds for victim in VICTIMS} == {True}
