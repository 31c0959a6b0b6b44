"""A timer in every worker that looks for alarms, so that nobody depends on beat to say that beat is silent.

The worker's parent process only starts a task; what reads and writes the database runs in its children.
"""

import os
from typing import Any

from celery import bootsteps
from celery.app.base import Celery

LOOK = "wangguan.observability.tasks.look"
# Seconds between two looks; the tests look more often.
EVERY = float(os.environ.get("WATCH_SECONDS", "60"))


class Watcher(bootsteps.StartStopStep):
    """Starts `LOOK` every minute, as long as the worker lives."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self.timer: Any = None

    def start(self, parent: Any) -> None:
        self.timer = parent.timer.call_repeatedly(EVERY, self.look, (parent.app,))

    def stop(self, parent: Any) -> None:
        if self.timer is not None:
            self.timer.cancel()

    def look(self, app: Celery) -> None:
        app.send_task(LOOK, retry=False, expires=EVERY)


def watch(app: Celery) -> None:
    """Let every worker of this application watch."""
    app.steps["worker"].add(Watcher)
