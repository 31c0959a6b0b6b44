"""Waking a worker without making anybody wait: one thread per process talks to the broker.

Publishing costs a page most of a millisecond, and seconds when the broker is away. So pages
only leave keys in a queue; the thread gathers what many commits left and publishes it as one
task for each lane and delay. What is lost here (a full queue, a broker away, a process that
ends), the sweep finds.
"""

import logging
import os
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from queue import Empty, Full, Queue
from typing import NamedTuple

from wangguan.celery import app
from wangguan.observability import ids

logger = logging.getLogger(__name__)

TASKS = tuple(
    f"wangguan.notify.tasks.{name}" for name in ("deliver_urgent", "deliver_many", "deliver_routine")
)
"""By `models.Lane`."""
USUAL = 1
# Keys of one task, and batches that wait for the thread at most.
MOST_KEYS, MOST_BATCHES = 500, 1000
# Seconds: how long the thread gathers before it publishes; how long it leaves a lost broker alone.
GATHER, REST = 0.02, 10.0
# Requests named in one task's number; a log line is no list of a busy second.
MOST_NUMBERS = 5


class _When(NamedTuple):
    """After how many seconds, and in which lane, a worker is to send."""

    after: int
    lane: int


@dataclass
class _Batch:
    """Keys that leave in one task, and the requests that wrote them."""

    keys: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)

    def add(self, keys: Iterable[str], number: str) -> None:
        self.keys += keys
        if number and number not in self.numbers:
            self.numbers.append(number)


class _Nudger:
    def __init__(self) -> None:
        self.waiting: Queue[tuple[_When, list[str], str]] = Queue(MOST_BATCHES)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self, keys: list[str], when: _When) -> None:
        try:
            self.waiting.put_nowait((when, keys[:MOST_KEYS], ids.current()))
        except Full:
            return
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="outbox-nudge", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                for when, batch in self._gather().items():
                    self._publish(batch, when)
            except Exception as error:  # whatever it is, the thread lives on
                logger.warning("outbox nudge lost: %s", type(error).__name__)
                time.sleep(REST)

    def _gather(self) -> dict[_When, _Batch]:
        """Wait for a batch, then for what comes right behind it; keys by their delay and lane."""
        gathered: dict[_When, _Batch] = {}
        when, keys, number = self.waiting.get()
        gathered.setdefault(when, _Batch()).add(keys, number)
        time.sleep(GATHER)
        while sum(len(batch.keys) for batch in gathered.values()) < MOST_KEYS:
            try:
                when, keys, number = self.waiting.get_nowait()
            except Empty:
                break
            gathered.setdefault(when, _Batch()).add(keys, number)
        return gathered

    def _publish(self, batch: _Batch, when: _When) -> None:
        with ids.carried(" ".join(batch.numbers[:MOST_NUMBERS])):
            app.send_task(TASKS[when.lane], args=[batch.keys], countdown=when.after or None, retry=False)


_nudger = _Nudger()


def wake(keys: list[str], *, after: int = 0, lane: int = USUAL) -> None:
    """Ask a worker to send these keys, all of one lane, in `after` seconds. Never raises, never waits."""
    _nudger.wake(keys, _When(after, lane))


def _begin_anew() -> None:
    """A forked process has neither its parent's thread nor a right to its queue."""
    global _nudger
    _nudger = _Nudger()


os.register_at_fork(after_in_child=_begin_anew)
