"""A private PostgreSQL: made when missing, started without a port, healed after kill -9."""

import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from wangguan.embedded import binaries, children, places

# Half of a second's work may be lost with the machine, never with the process; tests give up even that.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
MARKER = "postgres.made"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}


def start(home: Path, *, throw_away: bool = False, patience: float = 30) -> subprocess.Popen[bytes]:
    """Start the database in `home`, making the cluster first if there is none, and wait until it answers.

    Raises:
        RuntimeError: it did not answer within `patience` seconds; the log is named.
    """
    children.servers_folder(home)
    programs = binaries.postgres_folder(home)
    children.private_folder(home / "run")
    if not (home / MARKER).exists():
        _make_cluster(home, programs)
        if not throw_away:
            os.sync()
        (home / MARKER).touch()
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        _forget_dead_owner(home)
        server = _launch(home, programs, throw_away=throw_away)
        if _answers(home, server, until=deadline):
            _create_database(home)
            return server
        # Right after kill -9 the last server's children still hold its memory: once more in a moment.
        children.stop(server, by=signal.SIGQUIT)
        time.sleep(0.5)
    raise RuntimeError(f"PostgreSQL did not start; its log is {_log(home)}")


def stop(server: subprocess.Popen[bytes]) -> None:
    """Fast shutdown: sessions are cut, nothing committed is lost."""
    children.stop(server, by=signal.SIGINT, patience=20)


def _log(home: Path) -> Path:
    return home / "log" / "postgres.log"


def _make_cluster(home: Path, programs: Path) -> None:
    """Run initdb; what lies there without the marker was interrupted and is made again."""
    cluster = home / "postgres"
    shutil.rmtree(cluster, ignore_errors=True)
    children.private_folder(cluster)
    options = ["-U", places.DATABASE, "-E", "UTF8", "--auth=trust", "--no-sync", *_locale(programs)]
    made = children.start(
        [programs / "initdb", "-D", cluster, *options],
        log=_log(home),
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        unprivileged=True,
        cwd=Path("/"),
    )
    if made.wait() != 0:
        raise RuntimeError(f"PostgreSQL could not make its folder; its log is {_log(home)}")


def _locale(programs: Path) -> list[str]:
    """The locale that knows Chinese letters (trigrams need it); built in since PostgreSQL 17."""
    version = subprocess.run([programs / "initdb", "--version"], capture_output=True, text=True, check=True)
    major = re.search(r"(\d+)", version.stdout)
    if major and int(major[1]) >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def _launch(home: Path, programs: Path, *, throw_away: bool) -> subprocess.Popen[bytes]:
    settings = SETTINGS | {"unix_socket_directories": str(home / "run")} | (THROW_AWAY if throw_away else {})
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return children.start(
        [programs / "postgres", "-D", home / "postgres", *options],
        log=_log(home),
        dies_by=signal.SIGQUIT if throw_away else signal.SIGINT,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        unprivileged=True,
        cwd=Path("/"),
    )


def _forget_dead_owner(home: Path) -> None:
    """Remove a lock file whose process is gone or is something else by now (a restarted container)."""
    for lock in (home / "postgres" / "postmaster.pid", home / "run" / f"{places.PG_SOCKET}.lock"):
        with suppress(FileNotFoundError, ValueError, IndexError):
            owner = int(lock.read_text().splitlines()[0])
            name = Path(f"/proc/{owner}/comm")
            if Path("/proc/self").exists() and not (name.exists() and name.read_text().strip() == "postgres"):
                lock.unlink()


def _connect(home: Path, database: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=str(home / "run"), user=places.DATABASE, dbname=database, connect_timeout=2, autocommit=True
    )


def _answers(home: Path, server: subprocess.Popen[bytes], *, until: float) -> bool:
    """Whether the server takes connections before it ends or time is up."""
    while server.poll() is None and time.monotonic() < until:
        with suppress(psycopg.OperationalError), _connect(home, "postgres"):
            return True
        time.sleep(0.05)
    return False


def _create_database(home: Path) -> None:
    with suppress(psycopg.errors.DuplicateDatabase), _connect(home, "postgres") as connection:
        connection.execute(f"CREATE DATABASE {places.DATABASE}")
