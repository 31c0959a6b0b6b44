"""A real Celery worker and a real web server on the tests' database.

Both are processes of their own: what a test writes must be committed to be seen, so a test
that uses them is marked `django_db(transaction=True)`.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from django.db import connection
from redis.exceptions import ConnectionError as BrokerGone

from tests.plugins.servers import FOLDER
from wangguan.celery import app
from wangguan.embedded import children

PATIENCE = 30.0
OTHERS = """
    select count(*) from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
"""


def wait_until(condition: Callable[[], object], *, patience: float = PATIENCE) -> None:
    """Look every 20 ms until `condition()` is true; fail after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"waited {patience} s in vain"
        time.sleep(0.02)


def nobody_asks() -> bool:
    """Whether no other process serves a request or a task: each opens a connection and closes it at its end.

    That a connection is idle is not enough: a page is made of many statements, with pauses between them.
    """
    with connection.cursor() as cursor:
        cursor.execute(OTHERS)
        return cursor.fetchone() == (0,)


def nothing_queues() -> bool:
    """Whether nobody asks for a while: between two pages that a phone fetches to keep nobody does either."""
    for _ in range(5):
        if not nobody_asks():
            return False
        time.sleep(0.02)
    return True


class Process:
    """A program of ours that a test may kill and start again."""

    def __init__(self, command: list[str], *, log: Path, env: dict[str, str]) -> None:
        self.command, self.log, self.env = command, log, env
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.running = children.start(
            [sys.executable, "-m", *self.command], log=self.log, env=self.env, dies_by=signal.SIGKILL
        )
        wait_until(lambda: self.answers() or self._has_ended())
        assert not self._has_ended(), self.log.read_text()[-2000:]

    def answers(self) -> bool:
        """Whether it is up; each kind knows how to ask."""
        raise NotImplementedError

    def kill(self) -> None:
        """kill -9 of the process and its children."""
        assert self.running is not None
        os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()

    def stop(self) -> None:
        if self.running is not None:
            children.stop(self.running, patience=5)

    def _has_ended(self) -> bool:
        return self.running is None or self.running.poll() is not None


class Worker(Process):
    """The real worker: prefork, two children."""

    def answers(self) -> bool:
        try:
            return bool(app.control.ping(timeout=0.5, limit=1))
        except BrokerGone:  # a connection of ours to a broker that another test killed; the next one is new
            return False


class Site(Process):
    """The real web server."""

    url: str

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=1).status_code == 200
        except httpx.TransportError:
            return False


def environment(**more: str) -> dict[str, str]:
    """Variables under which a child uses the tests' database and the tests' settings."""
    database = str(connection.settings_dict["NAME"])
    # Workers look for alarms only where a test is about that.
    ours = {"TESTING": "1", "DATABASE_NAME": database, "PYTHONUNBUFFERED": "1", "WATCH_SECONDS": "3600"}
    return {**os.environ, **ours, **more}


@pytest.fixture(scope="session")
def new_worker(
    pytestconfig: pytest.Config, django_db_setup: None, django_db_blocker: object
) -> Iterator[Callable[..., Worker]]:
    """Starts a worker, with more environment variables if wanted: `new_worker(SMS_GATEWAY_URL=…)`."""
    started: list[Worker] = []

    def start(**more: str) -> Worker:
        command = ["celery", "-A", "wangguan", "worker", "--concurrency", "2", "--loglevel", "INFO"]
        name = f"test{len(started)}@localhost"
        worker = Worker(
            [*command, "--hostname", name, "--without-gossip", "--without-mingle"],
            log=pytestconfig.stash[FOLDER] / "log" / "worker.log",
            env=environment(**more),
        )
        started.append(worker)
        worker.start()
        return worker

    yield start
    for worker in started:
        worker.stop()


@pytest.fixture
def celery_worker(new_worker: Callable[..., Worker]) -> Iterator[Worker]:
    """A worker for this test alone, with an empty queue; the test may `kill()` and `start()` it.

    It ends with the test: what another test leaves to a worker stays undone, whatever ran before.
    """
    app.control.purge()
    worker = new_worker()
    yield worker
    worker.stop()
    app.control.purge()


@pytest.fixture(scope="session")
def new_site(
    pytestconfig: pytest.Config, django_db_setup: None, django_db_blocker: object
) -> Iterator[Callable[..., Site]]:
    """Starts a real web server on the tests' database; `kill()` and `start()` keep its address.

    `new_site("--workers", "2", METRICS_TOKEN=…)`: with more options and environment variables if wanted.
    """
    started: list[Site] = []

    def start(*options: str, **more: str) -> Site:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = ["granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "4", "--no-ws"]
        site = Site(
            [*command, *options, "--port", str(port), "wangguan.wsgi:application"],
            log=pytestconfig.stash[FOLDER] / "log" / f"site{len(started)}.log",
            env=environment(SITE_URL=f"http://127.0.0.1:{port}", **more),
        )
        site.url = f"http://127.0.0.1:{port}"
        started.append(site)
        site.start()
        return site

    yield start
    for site in started:
        site.stop()


@pytest.fixture(scope="session")
def web_server(new_site: Callable[..., Site]) -> Site:
    return new_site()


@pytest.fixture
def live_site(web_server: Site) -> Iterator[str]:
    """Address of the run's web server, without a slash at its end.

    A page that is left goes on being made for a moment: the tables are emptied only after that.
    """
    yield web_server.url
    wait_until(nothing_queues)
