"""Where backups stand: a folder, and a copy of each in an S3-compatible store when one is set.

A file bears its last name only once it is whole and on the disk; everything else about it is read from
that name, so a glance at the folder needs no key.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.core.files import File
from django.utils import timezone

from wangguan import clock
from wangguan.operations import retention

if TYPE_CHECKING:
    from storages.backends.s3 import S3Storage

STAMP = "%Y%m%dT%H%M%SZ"
NAME = re.compile(r"wangguan-(\d{8}T\d{6}Z)\.tar\.age")
PARTIAL = ".partial"
STALE = timedelta(hours=26)
"""A nightly backup older than this did not run: a day, and two hours for running long."""


def name_at(moment: datetime) -> str:
    return f"wangguan-{moment.astimezone(UTC).strftime(STAMP)}.tar.age"


def made_at(name: str) -> datetime | None:
    """When the backup of this name was made; None for any other file."""
    found = NAME.fullmatch(name)
    return datetime.strptime(found[1], STAMP).replace(tzinfo=UTC) if found else None


def backups() -> dict[str, datetime]:
    """Name and moment of every whole backup in the folder, the oldest first."""
    folder = settings.BACKUPS.folder
    found = {path.name: made_at(path.name) for path in sorted(folder.glob("wangguan-*"))}
    return {name: moment for name, moment in found.items() if moment}


def newest_backup() -> datetime | None:
    """When the last whole backup was made; None when there is none."""
    return max(backups().values(), default=None)


def is_stale(moment: datetime | None) -> bool:
    """Whether somebody has to look why no newer backup was made."""
    return moment is None or clock.now() - moment > STALE


@contextmanager
def new_file(moment: datetime) -> Iterator[IO[bytes]]:
    """A file that gets its name when the block ends well and all of it is on the disk, else is removed."""
    folder = settings.BACKUPS.folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / name_at(moment)
    partial = target.with_name(target.name + PARTIAL)
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.rename(target)
        _sync(folder)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    """A new name is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def prune() -> list[str]:
    """Remove what need not stay, here and in the store, and what a killed run left; names that went."""
    here = backups()
    stay = retention.to_keep(here.values(), zone=timezone.get_default_timezone())
    gone = [name for name, moment in here.items() if moment not in stay]
    folder = settings.BACKUPS.folder
    for name in (*gone, *(path.name for path in folder.glob(f"wangguan-*{PARTIAL}"))):
        (folder / name).unlink()
    return gone


def copy_out() -> list[str]:
    """Send the store every backup it lacks, and let it keep what the same rule keeps; names that were sent.

    What one night could not send the next does. A store that holds more than this folder (after a new
    machine) loses nothing that the rule keeps.
    """
    if not settings.BACKUPS.bucket:
        return []
    store = bucket()
    there = {name: moment for name in store.listdir("")[1] if (moment := made_at(name))}
    here = backups()
    stay = retention.to_keep({*here.values(), *there.values()}, zone=timezone.get_default_timezone())
    sent = [name for name, moment in here.items() if moment in stay and name not in there]
    for name in sent:
        with (settings.BACKUPS.folder / name).open("rb") as file:
            store.save(name, File(file))
    for name, moment in there.items():
        if moment not in stay:
            store.delete(name)
    return sent


def bucket() -> "S3Storage":
    """The store that takes the copies."""
    from storages.backends.s3 import S3Storage  # here: boto3 takes a second to import

    return S3Storage(**settings.BACKUPS.bucket, default_acl=None, file_overwrite=True)
