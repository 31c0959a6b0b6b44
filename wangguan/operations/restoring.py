"""Bring a backup back: read all of it first, then write the database in one transaction.

Whatever goes wrong before the end leaves the database as it was.
"""

import hashlib
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from wangguan.operations import archive, manifest, media, postgres_tools
from wangguan.operations.archive import Unreadable
from wangguan.operations.backing_up import DATABASE, MEDIA
from wangguan.operations.manifest import Manifest
from wangguan.refusals import Refused

BEGIN = "BEGIN; SET LOCAL lock_timeout = '20s'; DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;\n"
PLAIN = ("--no-owner", "--no-privileges", "--no-comments")
"""Whoever restores owns what is restored."""
QUIET = (
    "--no-psqlrc",
    "--quiet",
    "-v",
    "ON_ERROR_STOP=1",
    "-v",
    "VERBOSITY=terse",
    "-v",
    "SHOW_CONTEXT=never",
)
"""Errors name the table, never the row that they met."""
Take = Callable[[bytes], object]


def restore(path: Path, *, identity: str, replace: bool = False) -> Manifest:
    """Verify the backup and put database and photos back; what it says of itself.

    `replace` permits to write over what is there.

    Raises:
        Unreadable: damaged, broken off, or for another key; nothing was changed.
        Refused: there is something already, or a newer portal made it; nothing was changed.
        RuntimeError: the restored rows are not those of the manifest.
    """
    found = verify(path, identity=identity)
    if unknown := found.unknown_migrations():
        raise Refused(
            f"A newer portal ({found.version}) made this backup: {unknown[0]} is unknown here. "
            "Install that version first."
        )
    if not replace and (there := _what_is_there()):
        raise Refused(
            f"There is something already: {there}. Restore on an empty machine, or say --replace to lose it."
        )
    connection.close()  # it would keep the schema from being dropped
    with _database_writer() as write, path.open("rb") as file:
        _go_through(file, identity, database=write, keep_file=_put_back)
    connection.close()
    cache.clear()  # sessions and counters of what is gone
    if differing := [
        table for table, rows in manifest.count_rows().items() if found.counts.get(table) != rows
    ]:
        raise RuntimeError(f"Restored, but these tables differ from the manifest: {', '.join(differing)}.")
    return found


def verify(path: Path, *, identity: str) -> Manifest:
    """Read the whole backup and compare it with its manifest.

    Raises:
        Unreadable: damaged, broken off, or for another key.
    """
    with path.open("rb") as file:
        return _go_through(file, identity, database=lambda part: None, keep_file=lambda name, content: None)


def _go_through(
    file: IO[bytes], identity: str, *, database: Take, keep_file: Callable[[str, bytes], object]
) -> Manifest:
    """Hand out the parts of the dump and each file; the manifest at the end, which must fit them."""
    dumped, listed, found = hashlib.sha256(), hashlib.sha256(), None
    with archive.opened(file, identity=identity) as tar:
        for member in tar:
            content = cast(IO[bytes], tar.extractfile(member)).read()
            if member.name.startswith(DATABASE):
                dumped.update(content)
                database(content)
            elif member.name.startswith(MEDIA):
                name = member.name.removeprefix(MEDIA)
                listed.update(f"{hashlib.sha256(content).hexdigest()}  {name}\n".encode())
                keep_file(name, content)
            else:
                found = _read(content)
    if found is None or (found.database_sha256, found.media_sha256) != (
        dumped.hexdigest(),
        listed.hexdigest(),
    ):
        raise Unreadable("The backup holds not what its manifest says. Take another copy of it.")
    return found


def _read(content: bytes) -> Manifest:
    try:
        return Manifest.from_json(content)
    except (ValueError, TypeError, KeyError) as error:
        raise Unreadable(
            "The backup's manifest is of another format: restore it with the portal that made it."
        ) from error


def _what_is_there() -> str:
    """What a restore would write over, in words; empty when there is nothing."""
    with connection.cursor() as cursor:
        tables = len(connection.introspection.table_names(cursor))
    if tables:
        return f"a database with {tables} tables"
    first = next(media.names(), None)
    return "" if first is None else f"files in the media folder ({first} …)"


@contextmanager
def _database_writer() -> Iterator[Take]:
    """Takes the parts of a dump; the transaction commits only when the block ended well and all was read.

    pg_restore turns the dump into SQL for psql. The COMMIT is ours: a script that breaks off has none.

    Raises:
        Refused: PostgreSQL did not take it.
    """
    psql = _start("psql", *QUIET, f"--dbname={postgres_tools.address()}", stdout=subprocess.DEVNULL)
    into = cast(IO[bytes], psql.stdin)
    into.write(BEGIN.encode())
    into.flush()
    script = _start("pg_restore", *PLAIN, stdout=into)
    dump = cast(IO[bytes], script.stdin)
    try:
        with suppress(BrokenPipeError):  # one of them ended early, and says so by its exit code
            yield dump.write
            dump.close()
            if script.wait() == 0:
                into.write(b"\nCOMMIT;\n")
    finally:
        _end(script, psql)
    if script.returncode or psql.returncode:
        raise Refused(
            f"The database did not take the dump (pg_restore {script.returncode}, psql {psql.returncode}; "
            "what they said stands above). It is as it was. Are web, worker and beat stopped?"
        )


def _start(program: str, *options: str, stdout: IO[bytes] | int) -> "subprocess.Popen[bytes]":
    """A program that reads what we write and works on `-`."""
    arguments = postgres_tools.command(program, *options, "--file=-")
    return postgres_tools.start(arguments, stdin=subprocess.PIPE, stdout=stdout)


def _end(script: "subprocess.Popen[bytes]", psql: "subprocess.Popen[bytes]") -> None:
    """Let both end: pg_restore first and by force, so that psql reads no more of it."""
    if script.poll() is None:
        script.kill()
    for program in (script, psql):
        with suppress(BrokenPipeError):
            cast(IO[bytes], program.stdin).close()
        program.wait()


def _put_back(name: str, content: bytes) -> None:
    """Store a file under its very name."""
    if default_storage.exists(name):
        default_storage.delete(name)
    default_storage.save(name, ContentFile(content))
