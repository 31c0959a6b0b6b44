"""`manage.py load_rooms`: what the rooms around tickets and of party building show in the demo."""

import time
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Load the demo data of every room built around tickets; a room that has its data is left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("demo data is made only where DEMO=1")
        for room in settings.ROOMS:
            name = f"{room}.demo"
            if find_spec(name):
                began = time.monotonic()
                said = import_module(name).load()
                self.stdout.write(f"{room.partition('.')[2]}: {said} ({time.monotonic() - began:.1f} s)")
