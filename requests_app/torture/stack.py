"""The portal's processes as the demo runs them, each to be killed and started again."""

import os
import random
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from wangguan.embedded import children
from wangguan.runner.services import Service

Span = tuple[float, float]


@dataclass(frozen=True)
class Victim:
    """What is killed: a service's first process, or any one of those it started."""

    service: str
    child: bool = False

    def __str__(self) -> str:
        return f"{self.service}, one of its processes" if self.child else self.service


VICTIMS = (
    Victim("postgres"),
    Victim("postgres", child=True),
    Victim("broker"),
    Victim("worker"),
    Victim("worker", child=True),
    Victim("web"),
    Victim("web", child=True),
    Victim("beat"),
)


class Stack:
    """Services in the order in which they start; the one thread that made it starts and revives them.

    The kernel ends a child with the thread that started it, so no other thread may.
    """

    def __init__(self, services: list[Service]) -> None:
        self.services = {service.name: service for service in services}
        self._rests: dict[str, float] = {}

    def start(self) -> None:
        """Start what does not run yet."""
        for service in self.services.values():
            if service.process is None:
                service.start()

    def kill(self, victim: Victim, *, chance: random.Random, rest: float) -> bool:
        """kill -9, and leave the service down for `rest` seconds; False when there was nobody to kill."""
        process = self.services[victim.service].process
        if process is None or process.poll() is not None:
            return False
        found = _children(process.pid) if victim.child else [process.pid]
        if not found:
            return False
        self._rests[victim.service] = time.monotonic() + rest
        with suppress(ProcessLookupError):
            os.kill(chance.choice(found), signal.SIGKILL)
            return True
        return False

    def revive(self, *, at_once: bool = False) -> None:
        """Start again what died and has rested, as often as it dies: here nothing is an accident."""
        for service in self.services.values():
            rests = time.monotonic() < self._rests.get(service.name, 0.0)
            if service.has_died() and (at_once or not rests):
                assert service.process is not None
                children.end_orphans(service.process)
                service.start()

    def stop(self) -> None:
        """The last one started ends first."""
        for service in reversed(self.services.values()):
            service.stop()


class Killer:
    """Kills one victim after another, with a `pause` before each; then nobody starts it for a `rest`.

    Both are spans in seconds, and `chance` decides. Victims come in rounds of all of them in a random
    order: none is spared by chance.
    """

    def __init__(self, stack: Stack, *, pause: Span, rest: Span, chance: random.Random) -> None:
        self.stack, self.pause, self.rest, self.chance = stack, pause, rest, chance
        self.kills: list[Victim] = []
        self._round: list[Victim] = []
        self._next_at = self._later()

    def look(self) -> None:
        """Kill when it is time to."""
        if time.monotonic() < self._next_at:
            return
        if not self._round:
            self._round = self.chance.sample(VICTIMS, len(VICTIMS))
        rest = self.chance.uniform(*self.rest)
        if self.stack.kill(self._round[-1], chance=self.chance, rest=rest):
            self.kills.append(self._round.pop())
            self._next_at = self._later()

    def _later(self) -> float:
        return time.monotonic() + self.chance.uniform(*self.pause)


def _children(pid: int) -> list[int]:
    """The processes that `pid` started (Linux only)."""
    found: list[int] = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, thread.read_text().split())
    return sorted(found)
