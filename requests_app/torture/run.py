"""One run: clients live while the killer kills; then everything is left to settle, and counted."""

import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db import OperationalError, connection

from requests_app.torture import checker, journal, kept, report
from requests_app.torture.browser import Browser, GivenUp, Refused
from requests_app.torture.gateway import Gateway
from requests_app.torture.journal import Journal
from requests_app.torture.lives import Life, Place
from requests_app.torture.stack import VICTIMS, Killer, Span, Stack
from wangguan import clock
from wangguan.notify import delivery
from wangguan.notify.queries import lease

JOURNAL = "journal.jsonl"
LOOK = 0.05
"""Seconds between two looks at what died and whom to kill."""


@dataclass(frozen=True)
class Plan:
    """How much, how wild: the run ends after `actions` acknowledged ones and `rounds` of all victims.

    `pause` holds the fewest and most seconds between two kills, `rest` those for which what died stays
    down; `patience` is how long a client asks on,
    and how long everything may take to settle. `hurry` ends the kills with the rounds, and moves
    the portal's clock ahead instead of waiting for interrupted sends to be taken up again.
    """

    seed: int
    actions: int = 10_000
    rounds: int = 3
    clients: int = 16
    pause: Span = (2.0, 6.0)
    rest: Span = (0.0, 3.0)
    patience: float = 240.0
    hurry: bool = False


class Torture:
    """`places` are where matters lie, and whose; `site` is the portal's address."""

    def __init__(
        self, plan: Plan, *, stack: Stack, gateway: Gateway, site: str, places: list[Place], folder: Path
    ) -> None:
        self.plan, self.stack, self.gateway, self.site, self.places = plan, stack, gateway, site, places
        self.witness = folder / JOURNAL
        chance = random.Random(f"{plan.seed}:killer")
        work = {"web": lambda: self._done, "worker": lambda: self.gateway.asked}
        self.killer = Killer(stack, pause=plan.pause, rest=plan.rest, chance=chance, work=work)
        self.seconds: dict[str, float] = {}
        self.sign_ins = 0
        self._enough = threading.Event()
        self._done: int = 0
        self._lock = threading.Lock()

    def run(self, *, password: str) -> list[str]:
        """The faults found; empty when the portal kept its word."""
        connection.close()
        with Journal(self.witness) as written:
            lives = self._lives(written, password)
            with self._timed("under fire"):
                self._under_fire(lives)
            self.sign_ins = sum(life.end() for life in lives)
        with self._timed("settling"):
            self._settle()
        with self.witness.open(encoding="utf-8") as lines:
            told = journal.read(lines)
        found = checker.faults(told, kept.look(), self.gateway.told)
        say(report.of(self, told))
        return found

    # --- under fire ----------------------------------------------------------------------
    def _under_fire(self, lives: list[Life]) -> None:
        """Kill and revive until the clients have done enough and every victim had its turns."""
        clients = [threading.Thread(target=self._live, args=(life,), daemon=True) for life in lives]
        for client in clients:
            client.start()
        while any(client.is_alive() for client in clients):
            had_turns = len(self.killer.kills) >= self.plan.rounds * len(VICTIMS)
            if had_turns and self._done >= self.plan.actions:
                self._enough.set()
            elif not (had_turns and self.plan.hurry):
                self.killer.look()
            self.stack.revive()
            time.sleep(LOOK)

    def _lives(self, written: Journal, password: str) -> list[Life]:
        """A resident and two of the staff for each client.

        The staff sign in before the fire and one after the other: many tries at once, or broken off, count
        against their account as they should.
        """
        return [self._life(number, written, password) for number in range(self.plan.clients)]

    def _life(self, number: int, written: Journal, password: str) -> Life:
        place = self.places[number % len(self.places)]
        resident, worker, community = (
            Browser(self.site, journal=written, patience=self.plan.patience, taken=self._count)
            for _who in range(3)
        )
        worker.sign_in(place.worker, password)
        community.sign_in(place.community, password)
        chance = random.Random(f"{self.plan.seed}:{number}")
        return Life(place, chance=chance, resident=resident, worker=worker, community=community)

    def _live(self, life: Life) -> None:
        """One client: matter after matter."""
        with suppress(GivenUp):
            while not self._enough.is_set():
                with suppress(Refused):
                    life.live()

    def _count(self) -> None:
        """Note one more acknowledged action."""
        with self._lock:
            self._done += 1

    # --- afterwards ----------------------------------------------------------------------
    def _settle(self) -> None:
        """Wait until nothing is on its way, at most `patience` seconds; the checker says what still is."""
        until = time.monotonic() + self.plan.patience
        while time.monotonic() < until:
            self.stack.revive()
            with suppress(OperationalError):
                if not (kept.waiting() or kept.unreported() or kept.not_yet()):
                    return
                if self.plan.hurry:
                    self._hurry()
            connection.close()
            time.sleep(0.5)

    @staticmethod
    def _hurry() -> None:
        """What a killed worker had in hand is anybody's once its claim is over: let that be now."""
        with clock.at(clock.now() + lease() + timedelta(seconds=60)):
            delivery.sweep()

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.seconds[what] = time.monotonic() - began


def await_(condition: Callable[[], bool], *, patience: float) -> None:
    """Look every tenth of a second until `condition()`.

    Raises:
        RuntimeError: it was not so within `patience` seconds.
    """
    until = time.monotonic() + patience
    while not condition():
        if time.monotonic() > until:
            raise RuntimeError(f"The portal was not ready after {patience:.0f} s")
        time.sleep(0.1)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
