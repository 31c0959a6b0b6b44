"""What the real web server does in a second, asked by a process of its own."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from wangguan.embedded import children
from wangguan.runner.services import environment, web_command

CONNECTIONS = 4
ROUNDS = 5
EMPTY_VIEW = "/healthz"


@dataclass(frozen=True)
class Load:
    """Medians over the rounds: answers a second, and the 95th percentile of their milliseconds."""

    per_second: float
    p95: float


@contextmanager
def web_server(folder: Path) -> Iterator[int]:
    """The demo's web server on a free port, with this process's database.

    It believes the client's word about its address: the limits are for robots, and this is one.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = children.start(
        [sys.executable, "-m", *web_command(port)],
        log=folder / "log" / "web.log",
        env=environment(port) | {"TRUSTED_PROXIES": "1"},
    )
    try:
        _await(port)
        yield port
    finally:
        children.stop(server)


def submits(port: int, *, door: str, seconds: float) -> Load:
    """Matters handed in by residents."""
    return _load(port, door=door, seconds=seconds)


def empty_views(port: int, *, seconds: float) -> Load:
    """The cheapest page of the same server."""
    return _load(port, door="", seconds=seconds, address=EMPTY_VIEW)


def _load(port: int, *, door: str, seconds: float, address: str = "") -> Load:
    """Fresh connections each round: the kernel deals them out to the server's processes by chance."""
    rounds = [_ask(port, door, seconds, address) for _ in range(ROUNDS + 1)][1:]  # the first warms up
    speeds = [len(found["times"]) / found["seconds"] for found in rounds]
    return Load(median(speeds), median(quantiles(found["times"], n=20)[-1] for found in rounds))


def _ask(port: int, door: str, seconds: float, address: str) -> dict[str, Any]:
    """What the client found in one round.

    Raises:
        RuntimeError: something was not answered as it should be.
    """
    command = [sys.executable, "-m", "requests_app.bench.client"]
    arguments = [str(port), str(CONNECTIONS), str(seconds), door, *filter(None, [address])]
    answer = subprocess.run([*command, *arguments], stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(answer.stdout)
    if found["failures"]:
        raise RuntimeError(f"{found['failures']} requests were not answered as they should be")
    return found


def _await(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
