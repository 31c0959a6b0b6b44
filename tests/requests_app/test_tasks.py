from django.conf import settings

from wangguan.celery import app


def test_every_task_on_the_schedule_exists() -> None:
    app.loader.import_default_modules()

    assert {row["task"] for row in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
