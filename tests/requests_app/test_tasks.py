from wangguan.celery import app


def test_every_task_on_the_schedule_exists() -> None:
    app.loader.import_default_modules()

    assert {row["task"] for row in app.conf.beat_schedule.values()} <= set(app.tasks)
