"""The portal's processes as the demo runs them, each to be killed and started again."""

import os
import random
import signal
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from wangguan.embedded import children
from wangguan.runner.services import Service

Span = tuple[float, float]
Work = Callable[[], int]


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

    def revive(self, *, at_once: bool = False, but: Collection[Service] = ()) -> None:
        """Start again what died and has rested, as often as it dies: here nothing is an accident."""
        for service in self.services.values():
            if service in but:
                continue
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
    order: none is spared by chance. `work` counts what a service has done: one that did nothing since it
    was last killed is left alone until it has, for a portal that never comes up proves nothing.
    """

    def __init__(
        self, stack: Stack, *, pause: Span, rest: Span, chance: random.Random, work: Mapping[str, Work]
    ) -> None:
        self.stack, self.pause, self.rest, self.chance, self.work = stack, pause, rest, chance, work
        self.kills: list[Victim] = []
        self._round: list[Victim] = []
        self._done: dict[str, int] = {}
        self._next_at = self._later()

    def look(self) -> None:
        """Kill when it is time to."""
        if time.monotonic() < self._next_at:
            return
        if not self._round:
            self._round = self.chance.sample(VICTIMS, len(VICTIMS))
        for victim in self._round:
            if self._has_worked(victim) and self._kill(victim):
                return

    def _kill(self, victim: Victim) -> bool:
        if not self.stack.kill(victim, chance=self.chance, rest=self.chance.uniform(*self.rest)):
            return False
        if victim.service in self.work:
            self._done[victim.service] = self.work[victim.service]()
        self.kills.append(victim)
        self._round.remove(victim)
        self._next_at = self._later()
        return True

    def _has_worked(self, victim: Victim) -> bool:
        work = self.work.get(victim.service)
        return work is None or work() > self._done.get(victim.service, -1)

    def _later(self) -> float:
        return time.monotonic() + self.chance.uniform(*self.pause)


def _children(pid: int) -> list[int]:
    """The processes that `pid` started (Linux only)."""
    found: list[int] = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, thread.read_text().split())
    return sorted(found)
