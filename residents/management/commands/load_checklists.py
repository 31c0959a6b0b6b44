"""`manage.py load_checklists`: what is looked at in each kind of venue."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from residents.checklists import load_checklists


class Command(BaseCommand):
    help = "Fill the checklists of kinds of venues that have none; a list that was edited stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="put the shipped items back")

    def handle(self, *args: Any, reset: bool = False, **options: Any) -> None:
        loaded = load_checklists(reset=reset)
        self.stdout.write(f"Checklists: {loaded.created} items created, {loaded.kept} lists kept.")
