"""`manage.py load_homes`: the demo's homes, people, visits and venues."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grids.demo import OnlyInDemo
from residents.demo import street, texts


class Command(BaseCommand):
    help = "Load the demo's homes and people; grids that have some stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
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
