"""`manage.py verify_auditlog`: is every row of the audit log there, unchanged, and none put in?"""

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wangguan.auditlog.inspection import Anchor, findings_of, inspect

SHAPE = re.compile(r"(\d+):([0-9a-f]{64})")


class Command(BaseCommand):
    help = "Read the whole audit log and say which rows were removed, changed or put in; exit 1 if any was."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anchor",
            action="append",
            default=[],
            metavar="NUMBER:HASH",
            help="a row as a log line knows it (“audit entry”); finds an end that was cut off",
        )

    def handle(self, *args: Any, anchor: list[str], **options: Any) -> None:
        found = inspect(_anchor(each) for each in anchor)
        if not found.is_whole:
            raise CommandError("\n".join(str(each) for each in findings_of(found)))
        self.stdout.write(f"Whole: {found.rows} rows, the last is {found.last_number}:{found.last_hash}")


def _anchor(text: str) -> Anchor:
    if not (shape := SHAPE.fullmatch(text)):
        raise CommandError(f"“{text}” does not read NUMBER:HASH, as the log lines “audit entry” give them.")
    return Anchor(int(shape[1]), shape[2])
