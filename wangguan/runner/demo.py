"""The whole portal on one bare machine: started, prepared, walked once, served until told to stop."""

import signal
import sys
import time
from types import FrameType
from typing import NoReturn

from wangguan.embedded import children, places
from wangguan.runner import services, static
from wangguan.runner.services import Process, Service

READY_WITHIN = 60.0
# Seconds that an ending demo gets to let go of the port.
PORT_PATIENCE = 3.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
COLLECT = ("collectstatic", "--no-input", "--verbosity", "0")
ACCOUNTS = (
    ("director", "street leader"),
    ("street", "dispatcher"),
    ("community", "community staff, Jiuqu community"),
    ("leader", "leader of its third grid"),
    ("worker", "full-time worker there"),
    ("parttime", "part-time worker there"),
    ("instructor", "instructor there"),
    ("specialist", "service specialist there"),
    ("worker2", "full-time worker of a grid of Qinglongshan community"),
    ("department", "staff of a department"),
    ("auditor", "reads all, moves nothing"),
)
PASSWORD = "wangguan-demo"


class Stopped(BaseException):
    """Ctrl-C or SIGTERM: the way out of wherever the demo is."""


class Demo:
    """One run of `make demo`; whoever makes it holds the checkout's lock."""

    def __init__(self, *, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.env = services.environment(port)
        self.running: list[Service] = []
        self.helpers: list[Process] = []
        self.began = time.monotonic()

    def run(self) -> int:
        """Serve until told to stop; 1 when something could not be started."""
        for number in SIGNALS:
            # nohup's wish to outlive the terminal is left alone.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._stop_asked)
        try:
            self._start()
            self._walk()
            self._announce()
            self._watch()
        except Stopped:
            return 0
        except RuntimeError as error:
            print(error, file=sys.stderr, flush=True)
            return 1
        finally:
            self._stop()

    def _start(self) -> None:
        self._claim_port()
        self._say(f"Starting the demo at {self.url} (logs: .data/log)")
        collecting = None if static.is_fresh() else self._help("django", *COLLECT)
        for service in services.embedded():
            self._launch(service)
            self._say(f"{service.name} is up")
        self._finish("The database could not be prepared", self._help("wangguan.runner.prepare", screen=True))
        if collecting is not None:
            self._finish("The static files could not be collected", collecting)
            static.mark_fresh()
        for service in services.ours(self.port, self.env):
            self._launch(service)
        self._await_ready()
        self._say("Ready: web server, worker and beat answer")

    def _claim_port(self) -> None:
        """Keep the port for `manage.py`, whose links lead there.

        Raises:
            RuntimeError: another program has the port (an ending demo gets a moment).
        """
        deadline = time.monotonic() + PORT_PATIENCE
        while not services.is_free(self.port):
            if time.monotonic() > deadline:
                raise RuntimeError(
                    f"Port {self.port} is taken by another program; choose: make demo PORT={self.port + 1}"
                )
            time.sleep(0.2)
        (places.DATA / "port").write_text(f"{self.port}\n")
        (places.DATA / "media").mkdir(mode=0o700, exist_ok=True)

    def _walk(self) -> None:
        """Take one ticket through its whole way, as its people would."""
        walk = self._help("django", "walk_demo", "--base-url", self.url, screen=True)
        if walk.wait() != 0:
            self._say(
                "The walk did not reach its end; the lines above say where. The demo serves all the same."
            )

    def _announce(self) -> None:
        print(f"\nServing at {self.url}/ until Ctrl-C; took {time.monotonic() - self.began:.0f} s")
        for path, what in (
            ("/report/", "tell a matter"),
            ("/worker/", "workers"),
            ("/admin/", "street staff"),
        ):
            print(f"  {self.url + path:<40} {what}")
        print(f"Demo accounts, password {PASSWORD}:")
        for login, who in ACCOUNTS:
            print(f"  {login:<12} {who}")
        print(flush=True)

    def _watch(self) -> NoReturn:
        """Start again what dies by itself, for ever."""
        while True:
            time.sleep(0.5)
            for service in self.running:
                if service.has_died():
                    self._say(f"{service.name} ended by itself; starting it again")
                    service.revive()

    def _stop(self) -> None:
        """Beat, worker, web, broker, database: nothing loses what it needs while it still works."""
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        for helper in self.helpers:
            children.stop(helper)
        if self.running:
            self._say("Stopping …")
        for service in reversed(self.running):
            service.stop()
        self._say("Stopped.")

    def _launch(self, service: Service) -> None:
        self.running.append(service)
        service.start()

    def _help(self, *command: str, screen: bool = False) -> Process:
        """Start a program that ends by itself."""
        helper = children.start(
            [sys.executable, "-m", *command],
            log=services.log_of(command[0].rpartition(".")[2]),
            env=self.env,
            cwd=places.CHECKOUT,
            screen=screen,
        )
        self.helpers.append(helper)
        return helper

    def _finish(self, otherwise: str, helper: Process) -> None:
        if helper.wait() != 0:
            raise RuntimeError(f"{otherwise}; the logs are in {places.DATA / 'log'}")

    def _await_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while (wrong := services.what_is_wrong(f"{self.url}/readyz")) and time.monotonic() < deadline:
            time.sleep(0.1)
        if wrong:
            raise RuntimeError(
                f"Not ready after {READY_WITHIN:.0f} s: {wrong}. The logs are in {places.DATA / 'log'}"
            )

    def _stop_asked(self, number: int, frame: FrameType | None) -> None:
        raise Stopped

    def _say(self, sentence: str) -> None:
        print(f"[{time.monotonic() - self.began:4.0f} s] {sentence}", flush=True)
