"""manage.py load_street FILE: a whole street from one file; see docs/street-file.md."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from grids.services import Report, load_street
from grids.street_file import LAYERS, BadFile

# A first load makes hundreds of rows; more changes than this are listed only with --verbosity 2.
MANY = 100


class Command(BaseCommand):
    help = "Load a street from a street file (docs/street-file.md). Loading it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, verbosity: int, **options: Any) -> None:
        try:
            report = load_street(file.read_bytes())
        except OSError as error:
            raise CommandError(_("%(file)s cannot be read.") % {"file": file}) from error
        except BadFile as error:
            refusal = _("%(file)s was refused, and nothing was changed:") % {"file": file.name}
            raise CommandError(f"{refusal}\n{error}") from error
        if verbosity > 1 or (verbosity and len(report.changes) <= MANY):
            for change in report.changes:
                self.stdout.write(str(change))
        self._count(report)

    def _count(self, report: Report) -> None:
        counts = _("%(layer)s: %(created)d created, %(changed)d changed, %(unchanged)d unchanged")
        absent = _("%(absent)d not in the file, left as they are")
        for layer in LAYERS:
            count = {"layer": layer, **report.count(layer)}
            rest = f", {absent % count}" if count["absent"] else ""
            self.stdout.write(counts % count + rest)
