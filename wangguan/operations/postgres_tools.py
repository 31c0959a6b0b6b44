"""PostgreSQL's own programs on the portal's database: the embedded package's, or `PG_BIN`'s."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg.conninfo import make_conninfo

from wangguan.embedded import binaries, places

OURS = ("cursor_factory", "context", "pool", "prepare_threshold", "options")
"""Connection parameters that libpq does not know, or that only our own connections need."""


def command(program: str, *options: str) -> list[str]:
    """The command line of `pg_dump`, `psql` … on the database of the settings."""
    return [str(_program(program)), *options]


def address() -> str:
    """Where the database is, as libpq reads it, without the password: command lines are seen by all."""
    given = {name: value for name, value in _parameters().items() if name != "password"}
    return make_conninfo("", **given)


def environment() -> dict[str, str]:
    """The environment under which the programs find the password, and wait for no lock for ever."""
    password = _parameters().get("password")
    return {
        **os.environ,
        **({"PGPASSWORD": str(password)} if password else {}),
        "PGOPTIONS": "-c lock_timeout=20s",
        "PGCONNECT_TIMEOUT": "10",
    }


def start(arguments: Sequence[str], **streams: object) -> "subprocess.Popen[bytes]":
    """Start a program of `command`; its complaints go to our standard error."""
    return subprocess.Popen(arguments, env=environment(), **streams)  # type: ignore[call-overload]


def _parameters() -> dict[str, Any]:
    given = connection.get_connection_params()
    return {name: value for name, value in given.items() if name not in OURS}


def _program(name: str) -> Path:
    return binaries.postgres_folder(places.home()) / name
