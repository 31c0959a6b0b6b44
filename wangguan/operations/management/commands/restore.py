"""`manage.py restore FILE --identity KEYFILE`: bring a backup back and prove that it is whole."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from wangguan.operations import restoring, upgrading
from wangguan.operations.manifest import Manifest
from wangguan.refusals import Refused


class Command(BaseCommand):
    help = "Restores database and photos, brings the schema up to date, counts rows, checks the five rules."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="wangguan-….tar.age")
        parser.add_argument(
            "--identity", required=True, help="file with the age secret key; - reads it from standard input"
        )
        parser.add_argument("--replace", action="store_true", help="write over what is there")
        parser.add_argument("--verify", action="store_true", help="read the backup and change nothing")

    def handle(self, *, file: Path, identity: str, replace: bool, verify: bool, **options: Any) -> None:
        try:
            key = sys.stdin.read() if identity == "-" else Path(identity).read_text(encoding="utf-8")
            if verify:
                self._say("Whole", restoring.verify(file, identity=key))
            else:
                self._say("Restored", restoring.restore(file, identity=key, replace=replace))
        except (Refused, RuntimeError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename or file}: {error.strerror}.") from error
        if not verify:
            self._prove()

    def _prove(self) -> None:
        """With this portal's schema every matter stands as the rules want it."""
        if upgrading.unapplied():
            call_command("upgrade", stdout=self.stdout, stderr=self.stderr)
        call_command("audit_loop", stdout=self.stdout, stderr=self.stderr)

    def _say(self, done: str, found: Manifest) -> None:
        of = timezone.localtime(found.made_at)
        rows, tickets = sum(found.counts.values()), found.counts.get("requests_app_ticket", 0)
        self.stdout.write(
            f"{done}: {of:%Y-%m-%d %H:%M}, portal {found.version}, {tickets} matters, {rows} rows of "
            f"{len(found.counts)} tables, {found.media_files} files."
        )
