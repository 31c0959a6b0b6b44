"""Throw-away PostgreSQL and broker for one test run, named before Django's settings are read.

With `-n` each process of the run has servers of its own; the one that only hands out tests has none.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from wangguan.embedded import places, throwaway

FOLDER = pytest.StashKey[Path]()
RUNNING = pytest.StashKey[ExitStack]()
# Number of a given broker's database for the tests' queues; the next one is their cache. A second process
# of the run takes the two before, and so on.
TEST_QUEUES = 14
SERVERS = pytest.StashKey[throwaway.Servers]()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Name the servers' folder: a wrapper runs before pytest-django reads the settings in this hook."""
    folder, lock = throwaway.make_folder()
    early_config.stash[FOLDER] = folder
    early_config.stash[RUNNING] = ExitStack()
    early_config.stash[RUNNING].enter_context(lock)
    if not places.broker_is_embedded():
        # Tests empty queues and cache: not those of a server that others use.
        os.environ["REDIS_URL"] = places.numbered(os.environ["REDIS_URL"], TEST_QUEUES - 2 * _nth_process())
    os.environ["MEDIA_ROOT"] = str(folder / "media")
    return (yield)


def _nth_process() -> int:
    """Counted from 0; pytest-xdist calls its processes gw0, gw1 and so on."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def pytest_sessionstart(session: pytest.Session) -> None:
    config = session.config
    servers = config.stash[SERVERS] = throwaway.Servers(config.stash[FOLDER])
    if not config.option.collectonly and config.getoption("dist", "no") == "no":
        config.stash[RUNNING].enter_context(servers)


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[RUNNING].close()


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> throwaway.Servers:
    """The run's own servers, for tests that kill them; skipped where real ones are given."""
    servers = request.config.stash[SERVERS]
    if servers.broker is None:
        pytest.skip("The broker was given by REDIS_URL; it is not ours to kill.")
    return servers
