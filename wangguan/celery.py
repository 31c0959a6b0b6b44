"""The Celery application; its schedule stands in `wangguan.schedule` in one place."""

import os

from celery import Celery

from wangguan.observability import watcher

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wangguan.settings")

app = Celery("wangguan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
watcher.watch(app)
