"""manage.py rotate_keys: put all personal data under the first key of FIELD_KEYS."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wangguan import rotation


class Command(BaseCommand):
    help = "Re-encrypt every encrypted column with the first key of FIELD_KEYS; may be stopped and run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="only count; fails while an old key is needed"
        )
        parser.add_argument("--batch", type=int, default=rotation.BATCH, help="rows a transaction")

    def handle(self, *, check: bool, batch: int, **options: Any) -> None:
        counts = []
        for count in rotation.rotate(batch=batch, write=not check):
            counts.append(count)
            self.stdout.write(
                f"{count.table}: {count.rotated} {'to rotate' if check else 'rotated'}, "
                f"{count.current} current, {count.overtaken} changed meanwhile, {count.unreadable} unreadable"
            )
        self._judge(counts, check=check)

    def _judge(self, counts: list[rotation.Count], *, check: bool) -> None:
        unreadable = sum(count.unreadable for count in counts)
        waiting = sum(count.overtaken + (count.rotated if check else 0) for count in counts)
        if unreadable:
            raise CommandError(f"No key fits {unreadable} ciphertexts: a key is missing in FIELD_KEYS.")
        if waiting:
            raise CommandError(f"{waiting} ciphertexts may still need an old key; run rotate_keys again.")
        self.stdout.write("Everything stands under the first key; the others may go.")
