"""Make a backup: the database at one moment, then the photos, encrypted on their way to the disk.

The dump and the counts in the manifest share one snapshot, so they agree while everybody works on.
Photos come after the dump: each one that a row of it names was stored before.
"""

import hashlib
import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, cast

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction

from wangguan import clock
from wangguan.operations import archive, manifest, media, postgres_tools, shelf
from wangguan.operations.manifest import Manifest
from wangguan.refusals import Refused

DATABASE, MEDIA = "database.dump.", "media/"
PART = 8 * 1024 * 1024
"""Bytes of a part of the dump: a tar wants to know a member's size before its first byte."""


def make(*, at: datetime | None = None) -> str:
    """Make one backup on the shelf; its name.

    Raises:
        Refused: nobody is named who could read it.
    """
    moment = at or clock.now()
    if not settings.BACKUPS.recipients:
        raise Refused(
            "BACKUP_RECIPIENTS is empty: without a public key nothing is backed up. "
            "Make one with `manage.py backup --make-key` and keep the secret half in the safe."
        )
    with (
        shelf.new_file(moment) as file,
        archive.sealed(file, recipients=settings.BACKUPS.recipients) as tar,
    ):
        database = _add_database(tar, moment)
        described = _add_media(tar, database)
        _add(tar, manifest.NAME, described.to_json())
    return shelf.name_at(moment)


def _add_database(tar: tarfile.TarFile, moment: datetime) -> Manifest:
    """The dump in parts; the manifest as far as it is known then."""
    digest, size = hashlib.sha256(), 0
    with _snapshot() as snapshot:
        counts, migrations = manifest.count_rows(), manifest.applied_migrations()
        with _dump(snapshot) as dump:
            for number, part in enumerate(_parts(dump)):
                _add(tar, f"{DATABASE}{number:06}", part)
                digest.update(part)
                size += len(part)
    return Manifest(moment, manifest.version(), migrations, counts, digest.hexdigest(), size, "", 0, 0)


@contextmanager
def _snapshot() -> Iterator[str]:
    """What the database holds now, for this connection and for `pg_dump --snapshot`."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield str(cursor.fetchone()[0])


@contextmanager
def _dump(snapshot: str) -> Iterator[IO[bytes]]:
    """What pg_dump writes.

    Raises:
        Refused: it did not come to its end.
    """
    options = ("--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=20000")
    program = postgres_tools.start(
        postgres_tools.command(
            "pg_dump", *options, f"--snapshot={snapshot}", f"--dbname={postgres_tools.address()}"
        ),
        stdout=subprocess.PIPE,
    )
    try:
        yield cast(IO[bytes], program.stdout)
    except BaseException:
        program.kill()
        raise
    finally:
        cast(IO[bytes], program.stdout).close()
        program.wait()
    if program.returncode:
        raise Refused(
            f"pg_dump ended with {program.returncode}; what it said stands above. Nothing was kept of it."
        )


def _parts(stream: IO[bytes]) -> Iterator[bytes]:
    while part := stream.read(PART):
        yield part


def _add_media(tar: tarfile.TarFile, so_far: Manifest) -> Manifest:
    """Every file that is there; one that was erased meanwhile is left out, as it should be."""
    listed, files, size = hashlib.sha256(), 0, 0
    for name in media.names():
        try:
            with default_storage.open(name) as file:
                content = file.read()
        except FileNotFoundError:
            continue
        _add(tar, MEDIA + name, content)
        listed.update(f"{hashlib.sha256(content).hexdigest()}  {name}\n".encode())
        files, size = files + 1, size + len(content)
    return Manifest(
        **vars(so_far) | {"media_sha256": listed.hexdigest(), "media_files": files, "media_bytes": size}
    )


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))
