"""The fault test in little: every process killed twice while some people go on."""

from collections.abc import Iterator
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
    seed=7, actions=100, rounds=2, clients=6, pause=(0.2, 0.8), rest=(0.0, 0.8), patience=90, hurry=True
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
    stack = Stack([*_servers(servers), *portal])
    stack.start()
    yield stack
    stack.revive(at_once=True)
    servers.database, servers.broker = (stack.services[name].process for name in ("postgres", "broker"))
    for service in reversed(portal):
        service.stop()
    wait_until(_queue_is_empty)


def _servers(servers: Servers) -> list[Service]:
    folder = servers.folder
    return [
        Service(
            "postgres", partial(postgres.start, folder, throw_away=True), postgres.stop, servers.database
        ),
        Service("broker", partial(broker.start, folder, throw_away=True), broker.stop, servers.broker),
    ]


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
