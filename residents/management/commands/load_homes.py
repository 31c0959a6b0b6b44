"""`manage.py load_homes`: the demo's homes, people, visits and venues."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grids.demo import OnlyInDemo
from residents.demo import asking, street, texts


class Command(BaseCommand):
    help = "Load the demo's homes and people; grids that have some stay as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--requests", action="store_true", help="then make requests of a few findings (needs load_demo)"
        )

    def handle(self, *args: Any, requests: bool = False, **options: Any) -> None:
        self._load()
        if requests and (made := asking.ask()):
            self.stdout.write(f"Demo requests out of visits: {made}.")

    def _load(self) -> None:
        try:
            loaded = street.load()
        except OnlyInDemo as error:
            raise CommandError(str(error)) from error
        if not loaded:
            self.stdout.write("Demo homes are there already.")
            return
        self.stdout.write(
            f"Demo homes: {loaded.households:,} households, {loaded.residents:,} residents, "
            f"{loaded.visits:,} visits, {loaded.venues:,} venues."
        )
        self.stdout.write(texts.load().label)
