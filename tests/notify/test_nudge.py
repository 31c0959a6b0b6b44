import logging
import multiprocessing
import threading
import time
from collections.abc import Iterator
from queue import Queue
from typing import Any

import pytest
from kombu.exceptions import OperationalError

from wangguan.celery import app
from wangguan.notify import nudge

SOON = 5.0


@pytest.fixture(autouse=True)
def _anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(nudge, "REST", 0.05)
    monkeypatch.setattr(nudge, "GATHER", 0.2)
    nudge._begin_anew()
    yield
    nudge._nudger.waiting.queue.clear()
    nudge._begin_anew()


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> Queue[list[str]]:
    """The keys of each task that went to the broker."""
    published: Queue[list[str]] = Queue()
    monkeypatch.setattr(app, "send_task", lambda name, args, **options: published.put(args[0]))
    return published


def test_wake_publishes(published: Queue[list[str]]) -> None:
    nudge.wake(["k"])
    assert published.get(timeout=SOON) == ["k"]


def test_wake_gathers_what_comes_together(published: Queue[list[str]]) -> None:
    nudge.wake(["k0"])
    nudge.wake(["k1", "k2"])
    assert published.get(timeout=SOON) == ["k0", "k1", "k2"]


def test_wake_publishes_what_comes_later_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    published: Queue[tuple[list[str], int | None]] = Queue()
    monkeypatch.setattr(
        app, "send_task", lambda name, args, countdown, **options: published.put((args[0], countdown))
    )
    for key, after in (("a", 0), ("b", 12), ("c", 0)):
        nudge.wake([key], after=after)
    assert [published.get(timeout=SOON) for _task in range(2)] == [(["a", "c"], None), (["b"], 12)]


def test_wake_never_waits_for_a_broker_that_is_away(
    monkeypatch: pytest.MonkeyPatch, published: Queue[list[str]]
) -> None:
    begun = threading.Event()

    def hang(*args: object, **options: object) -> None:
        begun.set()
        time.sleep(SOON)

    monkeypatch.setattr(app, "send_task", hang)
    started = time.monotonic()
    for number in range(2 * nudge.MOST_BATCHES):
        nudge.wake([f"k{number}"])
    assert time.monotonic() - started < SOON / 2
    assert begun.wait(SOON)


def test_wake_goes_on_after_the_broker_was_away(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, published: Queue[list[str]]
) -> None:
    works, refused = app.send_task, threading.Event()

    def away_once(*args: Any, **options: Any) -> None:
        if not refused.is_set():
            refused.set()
            raise OperationalError("redis://secret@broker: Connection refused")
        works(*args, **options)

    monkeypatch.setattr(app, "send_task", away_once)
    with caplog.at_level(logging.WARNING):
        nudge.wake(["lost"])
        assert refused.wait(SOON)
        nudge.wake(["found"])
        assert published.get(timeout=SOON) == ["found"]
    assert [record.message for record in caplog.records] == ["outbox nudge lost: OperationalError"]


def test_a_forked_process_has_its_own_thread(published: Queue[list[str]]) -> None:
    nudge.wake(["parent"])
    published.get(timeout=SOON)
    ours, theirs = multiprocessing.Pipe()

    def child() -> None:
        nudge.wake(["child"])
        theirs.send(published.get(timeout=SOON))

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join()
    assert ours.poll(0)
    assert ours.recv() == ["child"]
