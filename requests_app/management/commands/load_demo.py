"""`manage.py load_demo`: people, roster, QR codes and sixty days of matters for the demo."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grids.demo import OnlyInDemo
from requests_app.demo import history, texts


class Command(BaseCommand):
    help = "Load the demo's people and history; does nothing when they are there."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            told = history.load()
        except OnlyInDemo as error:
            raise CommandError(str(error)) from error
        if not told:
            self.stdout.write("Demo data is there already.")
            return
        self.stdout.write(f"Demo data: {told} matters of the last sixty days.")
        self.stdout.write(texts.load().label)
