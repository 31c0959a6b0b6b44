"""Waking a worker without making anybody wait: one thread per process talks to the broker.

Publishing costs a page most of a millisecond, and seconds when the broker is away. So pages
only leave keys in a queue; the thread gathers what many commits left and publishes it as one
task, or as one for each delay. What is lost here (a full queue, a broker away, a process that
ends), the sweep finds.
"""

import logging
import os
import threading
import time
from queue import Empty, Full, Queue

from wangguan.celery import app

logger = logging.getLogger(__name__)

TASK = "wangguan.notify.tasks.deliver_many"
# Keys of one task, and batches that wait for the thread at most.
MOST_KEYS, MOST_BATCHES = 500, 1000
# Seconds: how long the thread gathers before it publishes; how long it leaves a lost broker alone.
GATHER, REST = 0.02, 10.0


class _Nudger:
    def __init__(self) -> None:
        self.waiting: Queue[tuple[int, list[str]]] = Queue(MOST_BATCHES)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self, keys: list[str], after: int) -> None:
        try:
            self.waiting.put_nowait((after, keys[:MOST_KEYS]))
        except Full:
            return
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="outbox-nudge", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                for after, keys in self._gather().items():
                    self._publish(keys, after)
            except Exception as error:  # whatever it is, the thread lives on
                logger.warning("outbox nudge lost: %s", type(error).__name__)
                time.sleep(REST)

    def _gather(self) -> dict[int, list[str]]:
        """Wait for a batch, then for what comes right behind it; keys by their delay in seconds."""
        after, keys = self.waiting.get()
        gathered = {after: keys}
        time.sleep(GATHER)
        while sum(map(len, gathered.values())) < MOST_KEYS:
            try:
                after, keys = self.waiting.get_nowait()
            except Empty:
                break
            gathered[after] = gathered.get(after, []) + keys
        return gathered

    def _publish(self, keys: list[str], after: int) -> None:
        app.send_task(TASK, args=[keys], countdown=after or None, retry=False)


_nudger = _Nudger()


def wake(keys: list[str], *, after: int = 0) -> None:
    """Ask a worker to send the messages with these keys in `after` seconds. Never raises, never waits."""
    _nudger.wake(keys, after)


def _begin_anew() -> None:
    """A forked process has neither its parent's thread nor a right to its queue."""
    global _nudger
    _nudger = _Nudger()


os.register_at_fork(after_in_child=_begin_anew)
