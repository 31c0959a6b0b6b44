"""A private Redis-compatible broker on a socket, keeping its queues through kill -9."""

import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import redis

from wangguan.embedded import binaries, children, places


def start(home: Path, *, throw_away: bool = False, patience: float = 20) -> subprocess.Popen[bytes]:
    """Start the broker in `home` and wait until it answers.

    Raises:
        RuntimeError: it did not answer within `patience` seconds; the log is named.
    """
    children.private_folder(home / "run")
    children.private_folder(home / "broker")
    log = home / "log" / "broker.log"
    server = children.start(
        [binaries.broker(home), *_options(home)],
        log=log,
        dies_by=signal.SIGKILL if throw_away else signal.SIGTERM,
        unprivileged=True,
        cwd=Path("/"),
    )
    if not _answers(server, until=time.monotonic() + patience):
        children.stop(server, by=signal.SIGKILL)
        raise RuntimeError(f"The broker did not start; its log is {log}")
    return server


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


def _answers(server: subprocess.Popen[bytes], *, until: float) -> bool:
    client = redis.Redis.from_url(places.broker_url(), socket_timeout=2)
    while server.poll() is None and time.monotonic() < until:
        with suppress(redis.ConnectionError, redis.TimeoutError):
            return bool(client.ping())
        time.sleep(0.02)
    return False
