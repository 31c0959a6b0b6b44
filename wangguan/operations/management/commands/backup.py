"""`manage.py backup`: an encrypted backup now, every night, or the question whether there is one."""

import time
from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

import pyrage
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.utils import timezone

from wangguan import clock
from wangguan.operations import backing_up, shelf
from wangguan.refusals import Refused

LOOK_EVERY, TRY_AGAIN = 60, 900
"""Seconds: how often the nightly run looks at the clock; how long it waits after a failure."""


class Command(BaseCommand):
    help = "Dumps database and photos, encrypted for BACKUP_RECIPIENTS; keeps 7 days, 4 weeks, 12 months."

    def add_arguments(self, parser: ArgumentParser) -> None:
        one = parser.add_mutually_exclusive_group()
        one.add_argument("--nightly", metavar="HH:MM", help="stay, and make one every night at this time")
        one.add_argument("--check", action="store_true", help="fail when the newest is older than 26 hours")
        one.add_argument(
            "--make-key", action="store_true", help="print a new pair of keys and do nothing else"
        )

    def handle(self, *, nightly: str | None, check: bool, make_key: bool, **options: Any) -> None:
        if make_key:
            self._make_key()
        elif check:
            self._check()
        elif nightly:
            self._every_night(nightly)
        else:
            self._make()

    def _make(self) -> None:
        try:
            name = backing_up.make()
            gone, sent = shelf.prune(), shelf.copy_out()
        except Refused as error:
            raise CommandError(error.sentence) from error
        self.stdout.write(f"Made {name}; removed {len(gone)} old; sent {len(sent)} to the store.")

    def _check(self) -> None:
        newest = shelf.newest_backup()
        if shelf.is_stale(newest):
            raise CommandError(
                f"The newest backup is of {newest or 'never'}: look at the log of the backup service."
            )
        self.stdout.write(f"The newest backup is of {newest}.")

    def _every_night(self, at: str) -> None:
        """Never returns; what went wrong is said and tried again."""
        while True:
            if is_due(clock.now(), shelf.newest_backup(), at=at):
                try:
                    self._make()
                except (CommandError, OSError, OperationalError) as error:
                    self.stderr.write(f"No backup ({type(error).__name__}): {error} Next try in 15 minutes.")
                    time.sleep(TRY_AGAIN)
                finally:
                    connection.close()
            time.sleep(LOOK_EVERY)

    def _make_key(self) -> None:
        identity = pyrage.x25519.Identity.generate()
        self.stdout.write(
            f"# Keep this in the safe, on no server. Without it no backup can be read.\n{identity}"
        )
        self.stdout.write(f"# This goes into .env:\nBACKUP_RECIPIENTS={identity.to_public()}")


def is_due(now: datetime, newest: datetime | None, *, at: str) -> bool:
    """Whether the last night's backup (at `at`, local time) is missing; the first is due at once."""
    hour, minute = map(int, at.split(":"))
    planned = timezone.localtime(now).replace(hour=hour, minute=minute, second=0, microsecond=0)
    if planned > now:
        planned -= timedelta(days=1)
    return newest is None or newest < planned
