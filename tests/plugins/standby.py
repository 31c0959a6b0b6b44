"""A real streaming standby of the tests' database."""

import os
import signal
from pathlib import Path
from typing import Self

import psycopg
from django.db import connection

from tests.plugins.processes import wait_until
from wangguan.embedded import binaries, children, places, postgres


class Standby:
    """Copied from the running server and following it while in a `with` block."""

    def __init__(self, servers: Path) -> None:
        self.primary, self.home = servers, servers / "standby"
        self.programs = binaries.postgres_folder(servers)
        self.name = str(connection.settings_dict["NAME"])

    def __enter__(self) -> Self:
        children.servers_folder(self.home)
        for folder in ("run", "postgres"):
            children.private_folder(self.home / folder)
        where = [
            "-h",
            str(self.primary / "run"),
            "-U",
            places.DATABASE,
            "-D",
            str(self.home / "postgres"),
        ]
        # -R writes where to follow the server from; what is written meanwhile comes by a stream of its own.
        how = ["--checkpoint=fast", "--wal-method=stream", "--write-recovery-conf", "--no-sync"]
        copying = children.start(
            [self.programs / "pg_basebackup", *where, *how],
            log=self.home / "log" / "copy.log",
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            unprivileged=True,
            cwd=Path("/"),
        )
        assert copying.wait() == 0, (self.home / "log" / "copy.log").read_text()
        self.server = postgres._launch(self.home, self.programs, throw_away=True)
        wait_until(self.answers)
        return self

    def __exit__(self, *failure: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """As `DATABASE_REPLICA_URL` has it."""
        return f"postgres://{places.DATABASE}@/{self.home / 'run'}/{self.name}"

    def answers(self) -> bool:
        """Whether it takes connections."""
        try:
            with self._connect():
                return True
        except psycopg.OperationalError:
            return False

    def wait_for_figures(self) -> None:
        """Until the moment of the figures has come over."""
        with self._connect() as asked:
            wait_until(lambda: asked.execute("SELECT 1 FROM statistics_asof").fetchone())

    def pause(self) -> None:
        """Let it fall behind from now on."""
        with self._connect() as told:
            told.execute("SELECT pg_wal_replay_pause()")

    def stop(self) -> None:
        children.stop(self.server, by=signal.SIGQUIT)

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.home / "run"),
            user=places.DATABASE,
            dbname=self.name,
            connect_timeout=2,
            autocommit=True,
        )
