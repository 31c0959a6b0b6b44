"""`manage.py load_standard_texts`: the shipped texts for answers and notes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from requests_app.standard_texts import load_standard_texts


class Command(BaseCommand):
    help = "Create the shipped standard texts that are missing; what staff edited stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="put the shipped words back")

    def handle(self, *args: Any, reset: bool = False, **options: Any) -> None:
        created, kept = load_standard_texts(reset=reset)
        self.stdout.write(f"Standard texts: {created} created, {kept} there already.")
