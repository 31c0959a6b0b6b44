"""`manage.py load_categories`: the shipped tree of categories."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from requests_app.categories import load_categories


class Command(BaseCommand):
    help = "Create the shipped categories that are missing; what an administrator edited stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="put the shipped values back")

    def handle(self, *args: Any, reset: bool = False, **options: Any) -> None:
        loaded = load_categories(reset=reset)
        self.stdout.write(
            f"Categories: {len(loaded.created)} created, {len(loaded.reset)} reset, {len(loaded.kept)} kept."
        )
