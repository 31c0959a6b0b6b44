"""The parts of the running demo: how each starts, and how each is asked to end."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from wangguan.embedded import broker, children, places, postgres

Process = subprocess.Popen[bytes]
# Where the processes of the web server add up what they count (`wangguan.observability.counters`).
COUNTS = "PROMETHEUS_MULTIPROC_DIR"
# Ends within this many seconds that are too many to be an accident.
RESTARTS, WITHIN = 5, 60.0


@dataclass
class Service:
    """One long-running program, started again when it dies by itself."""

    name: str
    launch: Callable[[], Process]
    end: Callable[[Process], None]
    process: Process | None = None
    restarts: deque[float] = field(default_factory=lambda: deque(maxlen=RESTARTS))

    def start(self) -> None:
        self.process = self.launch()

    def stop(self) -> None:
        if self.process is not None:
            self.end(self.process)

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def revive(self) -> None:
        """Start it again.

        Raises:
            RuntimeError: it keeps dying; the log is named.
        """
        now = time.monotonic()
        if len(self.restarts) == RESTARTS and now - self.restarts[0] < WITHIN:
            raise RuntimeError(f"{self.name} keeps ending; its log is {log_of(self.name)}")
        self.restarts.append(now)
        if self.process is not None:
            children.end_orphans(self.process)
        self.start()


def log_of(name: str) -> Path:
    return places.DATA / "log" / f"{name}.log"


def embedded() -> list[Service]:
    """Database and broker, as far as no address of real ones is given."""
    home = places.home()
    found = []
    if places.is_embedded():
        found.append(Service("postgres", partial(postgres.start, home), postgres.stop))
    if places.broker_is_embedded():
        found.append(Service("broker", partial(broker.start, home), broker.stop))
    return found


def ours(port: int, env: Mapping[str, str], *, folder: Path = places.DATA) -> list[Service]:
    """Web server, worker and beat; logs and beat's memory lie in `folder`."""
    celery = ("celery", "-A", "wangguan")
    alone = ("--without-mingle", "--without-gossip")  # no other worker to look for
    worker = (*celery, "worker", "--concurrency", "2", *alone, "--loglevel", "INFO")
    beat = (*celery, "beat", "--schedule", str(folder / "beat-schedule"), "--pidfile", "")
    return [
        _web(port, env, folder),
        # Killed with the runner: what was in hand is found again by the sweeps.
        _program("worker", *worker, env=env, folder=folder, dies_by=signal.SIGKILL),
        _program("beat", *beat, "--loglevel", "INFO", env=env, folder=folder),
    ]


def web_command(port: int) -> tuple[str, ...]:
    """granian: two processes of four threads serve most on two cores (more of either hurts)."""
    size = ("--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers")
    where = ("--host", "127.0.0.1", "--port", str(port))
    return ("granian", "--interface", "wsgi", "--no-ws", *size, *where, "wangguan.runner.web:application")


def environment(port: int) -> dict[str, str]:
    """What the demo's programs are told beyond what the user exported.

    They are nine, and read 2,000 modules each: where Python may keep no bytecode beside its files, it
    keeps it under `.data`, or half a minute goes into compiling the same again and again.
    """
    told = {"PORT": str(port), "DEMO": "1", "DEBUG": "0", "PYTHONUNBUFFERED": "1"}
    if os.environ.get("PYTHONDONTWRITEBYTECODE"):
        told |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(places.DATA / "bytecode")}
    return {"SITE_URL": f"http://127.0.0.1:{port}", **os.environ, **told}


def _web(port: int, env: Mapping[str, str], folder: Path) -> Service:
    """The web server, whose processes count in one folder: what one before it counted is forgotten."""
    counts = folder / "counts"
    web = _program("web", *web_command(port), env={**env, COUNTS: str(counts)}, folder=folder)

    def launch() -> Process:
        shutil.rmtree(counts, ignore_errors=True)
        return web.launch()

    return replace(web, launch=launch)


def _program(
    name: str,
    *command: str,
    env: Mapping[str, str],
    folder: Path,
    dies_by: signal.Signals = signal.SIGTERM,
) -> Service:
    launch = partial(
        children.start,
        [sys.executable, "-m", *command],
        log=folder / "log" / f"{name}.log",
        env=env,
        cwd=places.CHECKOUT,
        dies_by=dies_by,
    )
    return Service(name, launch, partial(children.stop, patience=15))


def is_free(port: int) -> bool:
    """Whether nobody listens on the port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def what_is_wrong(readyz: str) -> str:
    """What the portal says it lacks; empty when it is ready."""
    try:
        with urllib.request.urlopen(readyz, timeout=5):
            return ""
    except urllib.error.HTTPError as refusal:
        found = json.load(refusal) if refusal.code == 503 else {"web": refusal.code}
        return ", ".join(f"{name} {state}" for name, state in found.items() if state not in ("ok", False))
    except OSError as error:
        return f"web server does not answer ({type(error).__name__})"
