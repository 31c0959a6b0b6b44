"""A database that a test may destroy, and backups of its own."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pyrage
import pytest
from django.db import connection
from pytest_django import Settings

from wangguan.operations import postgres_tools
from wangguan.operations.config import Backups


@pytest.fixture(scope="session")
def keys() -> tuple[str, str]:
    """Secret and public key of the backups."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


@pytest.fixture(autouse=True)
def _backups(settings: Settings, tmp_path: Path, keys: tuple[str, str]) -> None:
    settings.BACKUPS = Backups(folder=tmp_path / "backups", recipients=(keys[1],))


@pytest.fixture
def own_media(settings: Settings, tmp_path: Path) -> Path:
    """A media folder for this test alone, empty."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


class Proof:
    """A database beside the tests', that the portal uses meanwhile; its owner is nobody's superuser."""

    OWNER = "proof_owner"

    def __init__(self) -> None:
        given = connection.get_connection_params()
        self._server = {name: value for name, value in given.items() if name not in postgres_tools.OURS}
        self._tests = {name: connection.settings_dict[name] for name in ("NAME", "USER")}
        self.name = f"proof_{self._tests['NAME']}"

    def make(self) -> None:
        self._drop()
        self._administer(f"CREATE ROLE {self.OWNER} LOGIN")
        self._create()
        self._copy_into()

    def destroy(self) -> None:
        """The disk is gone, and a new machine has an empty database of the same name."""
        connection.close()
        self._administer(f"DROP DATABASE {self.name} WITH (FORCE)")
        self._create()

    def leave(self) -> None:
        self._switch(self._tests)
        self._drop()

    def _create(self) -> None:
        self._administer(f"CREATE DATABASE {self.name} OWNER {self.OWNER}")

    def _drop(self) -> None:
        self._administer(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        self._administer(f"DROP ROLE IF EXISTS {self.OWNER}")

    def _copy_into(self) -> None:
        """What the tests' database holds."""
        source = ("--format=custom", f"--dbname={postgres_tools.address()}")
        dump = postgres_tools.start(postgres_tools.command("pg_dump", *source), stdout=subprocess.PIPE)
        self._switch({"NAME": self.name, "USER": self.OWNER})
        plain = ("--no-owner", "--no-privileges", "--no-comments", "--exit-on-error")
        load = (*plain, f"--dbname={postgres_tools.address()}")
        with dump:
            loaded = postgres_tools.start(postgres_tools.command("pg_restore", *load), stdin=dump.stdout)
            assert loaded.wait() == 0

    def _switch(self, to: dict[str, Any]) -> None:
        connection.close()
        connection.settings_dict.update(to)

    def _administer(self, statement: str) -> None:
        with psycopg.connect(**self._server | {"dbname": "postgres"}, autocommit=True) as server:
            server.execute(statement.encode())


@pytest.fixture
def own_database(transactional_db: None) -> Iterator[Proof]:
    """The portal on an empty copy of its tests' database, gone after the test."""
    proof = Proof()
    try:
        proof.make()
        yield proof
    finally:
        proof.leave()
