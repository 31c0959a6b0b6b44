"""Which task waits where, and which is taken first."""

from wangguan import queues
from wangguan.celery import app


def queue_of(task: str) -> str:
    return str(app.amqp.router.route({}, task)["queue"].name)


def test_every_route_leads_to_a_queue_that_workers_serve() -> None:
    assert set(queues.ROUTES.values()) <= set(queues.QUEUES)
    assert [queue.name for queue in app.conf.task_queues] == list(queues.QUEUES)


def test_every_route_is_of_a_task_that_exists() -> None:
    app.loader.import_default_modules()
    named = [
        name for name in queues.ROUTES if not any(task.startswith(name.rstrip("*")) for task in app.tasks)
    ]
    assert named == []


def test_urgent_tasks_wait_apart_from_the_others() -> None:
    assert [
        queue_of(f"wangguan.notify.tasks.{name}")
        for name in ("deliver_urgent", "deliver_many", "deliver_routine")
    ] == ["urgent", "default", "bulk"]


def test_files_and_figures_wait_last() -> None:
    assert {
        queue_of(task)
        for task in ("residents.tasks.import_file", "requests_app.statistics.tasks.roll_figures")
    } == {"bulk"}


def test_worker_asks_the_urgent_queue_first_whatever_it_took_last() -> None:
    turns = queues.Turns()
    turns.update({"bulk", "urgent", "default"})
    turns.rotate("urgent")
    assert list(turns.consume(3)) == ["urgent", "default", "bulk"]


def test_sweep_that_nobody_took_is_dropped_before_the_next() -> None:
    entry = app.conf.beat_schedule["outbox"]
    assert entry["options"]["expires"] == entry["schedule"].total_seconds()
