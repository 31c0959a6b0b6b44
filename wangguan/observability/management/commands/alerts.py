"""What is wrong at this moment, for cron, a container's health check or a person."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from wangguan.observability import alarms


class Command(BaseCommand):
    help = "Says what must not stay unnoticed (late answers, a silent beat); exit code 1 if anything is."

    def handle(self, *args: Any, **options: Any) -> None:
        found = alarms.found()
        for alarm in found:
            self.stdout.write(alarm.sentence)
        if found:
            sys.exit(1)
        self.stdout.write("ok")
