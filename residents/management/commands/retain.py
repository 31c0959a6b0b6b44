"""`manage.py retain`: make anonymous what is old by the street's rules, or only say what that would be."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from residents.services import retention


class Command(BaseCommand):
    help = "Makes old visits and people who left anonymous, removes old files; stores a row of what it did."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Count what is old; write nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            found = retention.planned()
        else:
            report = retention.run()
            found = {name: getattr(report, name) for name in retention.REPORTED}
        for name, count in found.items():
            self.stdout.write(f"{name}: {count}")
