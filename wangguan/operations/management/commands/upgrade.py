"""`manage.py upgrade`: migrate while the old version serves; see docs/operations.md."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.migrations.loader import MigrationLoader

from wangguan.operations import rollout, upgrading
from wangguan.refusals import Refused


class Command(BaseCommand):
    help = "Applies migrations one at a time, never waiting more than five seconds for a lock."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--baseline", action="store_true", help="only print baseline.RELEASED as of now")
        parser.add_argument("--check", action="store_true", help="only list what is missing; fails if any")

    def handle(self, *, check: bool, baseline: bool, **options: Any) -> None:
        if baseline:
            found = rollout.baseline(MigrationLoader(None))
            self.stdout.write("".join(f'    "{app}": "{name}",\n' for app, name in found.items()), ending="")
        elif check:
            self._check()
        else:
            self._upgrade()

    def _upgrade(self) -> None:
        try:
            applied = upgrading.upgrade()
        except Refused as error:
            raise CommandError(error.sentence) from error
        self.stdout.write("\n".join(f"Applied {name}" for name in applied) or "The database is up to date.")

    def _check(self) -> None:
        if missing := upgrading.unapplied():
            raise CommandError(f"Not applied: {', '.join(missing)}. Run manage.py upgrade.")
        self.stdout.write("The database is up to date.")
