"""A request's number goes with the tasks it starts; a task leaves one line, without what it was told."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from celery import shared_task

from tests.plugins.processes import Worker, wait_until
from wangguan.celery import app
from wangguan.notify import nudge
from wangguan.observability import carrying, ids

Lines = Callable[[], list[dict[str, Any]]]
SECRET = "13800000099"


@shared_task(name="tests.observed")
def observed(told: str, *, breaks: bool = False) -> str:
    if breaks:
        raise ValueError(told)
    return ids.current()


def ours(lines: Lines) -> list[dict[str, Any]]:
    return [line for line in lines() if line["name"] == "wangguan.tasks"]


def test_published_task_carries_the_number(monkeypatch: pytest.MonkeyPatch) -> None:
    headers: dict[str, Any] = {}
    with ids.carried("REQUEST001"):
        carrying._hand_over(headers=headers)
    assert headers == {"request_id": "REQUEST001"}


def test_task_works_under_the_number_it_was_given() -> None:
    assert observed.apply(args=("x",), headers={"request_id": "REQUEST001"}).get() == "REQUEST001"


def test_task_without_one_gets_its_own() -> None:
    assert len(observed.apply(args=("x",)).get()) == ids.LENGTH


def test_task_leaves_one_line(lines: Lines) -> None:
    observed.apply(args=(SECRET,), task_id="t1", headers={"request_id": "REQUEST001"})
    line = ours(lines)[-1]
    assert {name: line[name] for name in ("task", "task_id", "outcome", "request_id")} == {
        "task": "tests.observed",
        "task_id": "t1",
        "outcome": "success",
        "request_id": "REQUEST001",
    }
    assert line["ms"] >= 0


def test_failed_task_says_where_and_not_with_which_words(lines: Lines) -> None:
    observed.apply(args=(SECRET,), kwargs={"breaks": True})
    failure, line = ours(lines)
    assert (failure["message"], line["outcome"]) == ("task failed", "failure")
    assert "ValueError" in failure["exc_info"]
    assert SECRET not in str(lines())


def test_number_is_left_behind_with_the_task() -> None:
    observed.apply(args=("x",), headers={"request_id": "REQUEST001"})
    assert ids.current() == ""


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_number_reaches_the_real_worker(celery_worker: Worker) -> None:
    with ids.carried("PAGE000001"):
        nudge.wake(["no-such-key"])
        app.send_task("wangguan.notify.tasks.sweep_outbox")
    done = {f"wangguan.notify.tasks.{name}" for name in ("deliver_many", "sweep_outbox")}
    wait_until(lambda: done <= _tasks_of("PAGE000001", celery_worker.log.read_text()))


def _tasks_of(number: str, log: str) -> set[str]:
    """Names of the tasks that worked under this number, as the worker's log has them."""
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{") and line.endswith("}")]
    return {line["task"] for line in lines if line["request_id"] == number and "task" in line}
