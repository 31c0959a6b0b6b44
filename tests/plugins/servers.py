"""Throw-away PostgreSQL and broker for one test run, named before Django's settings are read."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from wangguan.embedded import places, throwaway

FOLDER = pytest.StashKey[Path]()
RUNNING = pytest.StashKey[ExitStack]()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Name the servers' folder: a wrapper runs before pytest-django reads the settings in this hook."""
    early_config.stash[RUNNING] = ExitStack()
    if places.is_embedded() or places.broker_is_embedded():
        early_config.stash[FOLDER], lock = throwaway.make_folder()
        early_config.stash[RUNNING].enter_context(lock)
    return (yield)


def pytest_sessionstart(session: pytest.Session) -> None:
    config = session.config
    if FOLDER in config.stash and not config.option.collectonly:
        config.stash[RUNNING].enter_context(throwaway.servers(config.stash[FOLDER]))


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[RUNNING].close()
