"""A private Redis-compatible broker on a socket, keeping its queues through kill -9."""

import fcntl
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

import redis

from wangguan.embedded import binaries, children, places


def start(home: Path, *, throw_away: bool = False, patience: float = 20) -> subprocess.Popen[bytes]:
    """Start the broker in `home` and wait until it answers.

    Raises:
        RuntimeError: it did not answer within `patience` seconds; the log is named.
    """
    children.servers_folder(home)
    children.private_folder(home / "run")
    children.private_folder(home / "broker")
    deadline, log = time.monotonic() + patience, home / "log" / "broker.log"
    with (home / "broker.lock").open("wb") as lock:
        _await_lock(lock, until=deadline)
        command: list[str | Path] = [binaries.broker(home), *_options(home)]
        server = children.start(
            command,
            log=log,
            dies_by=signal.SIGKILL if throw_away else signal.SIGTERM,
            unprivileged=True,
            holds=lock,
            cwd=Path("/"),
        )
    if not _answers(home, server, until=deadline):
        children.stop(server, by=signal.SIGKILL)
        raise RuntimeError(f"The broker did not start; its log is {log}")
    return server


def _await_lock(lock: IO[bytes], *, until: float) -> None:
    """Wait for an earlier server in this folder to end: two on one append-only file would ruin it."""
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise RuntimeError("An earlier broker of this folder does not end.") from None
        time.sleep(0.1)


def stop(server: subprocess.Popen[bytes]) -> None:
    """Ordinary shutdown; the queues stay in the append-only file."""
    children.stop(server, by=signal.SIGTERM)


def _options(home: Path) -> list[str]:
    return [
        *("--port", "0"),
        *("--unixsocket", str(home / "run" / places.BROKER_SOCKET)),
        *("--unixsocketperm", "700"),
        *("--dir", str(home / "broker")),
        *("--appendonly", "yes"),
        *("--appendfsync", "everysec"),
        *("--save", ""),
        *("--loglevel", "notice"),
    ]


def _answers(home: Path, server: subprocess.Popen[bytes], *, until: float) -> bool:
    client = redis.Redis(unix_socket_path=str(home / "run" / places.BROKER_SOCKET), socket_timeout=2)
    while server.poll() is None and time.monotonic() < until:
        with suppress(redis.ConnectionError, redis.TimeoutError):
            return bool(client.ping())
        time.sleep(0.02)
    return False
