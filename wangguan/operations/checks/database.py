"""The database: whose it is, what it knows, what it keeps."""

from collections.abc import Iterator
from time import time
from typing import Any

from django.db import connection

from wangguan.embedded import places
from wangguan.operations import upgrading
from wangguan.operations.checks.finding import Finding, unsafe, warning

OLDEST = 15
EXTENSIONS = ("btree_gist",)
LOSING = ("fsync", "full_page_writes", "synchronous_commit")
SKEW = 2.0
"""Seconds that two clocks may differ."""


def embedded() -> Iterator[Finding]:
    """The private servers are for a demo on one machine."""
    for is_embedded, name in (
        (places.is_embedded(), "DATABASE_URL"),
        (places.broker_is_embedded(), "REDIS_URL"),
    ):
        if is_embedded:
            yield unsafe(
                f"{name} is not set: the embedded server is used",
                "It belongs to the demo: no password, nobody watches it, and it ends with its runner.",
                f"Set {name} to a server of its own, as docker-compose.yml does.",
            )


def version() -> Iterator[Finding]:
    """A PostgreSQL that is looked after."""
    major = int(_ask("SHOW server_version_num")) // 10_000
    if major < OLDEST:
        yield unsafe(
            f"PostgreSQL is {major}",
            f"The portal is tested with {OLDEST} and newer; holes in older ones are no longer mended.",
            "Move to PostgreSQL 18: back up, install, restore (docs/operations.md).",
        )


def letters() -> Iterator[Finding]:
    """UTF-8, and a locale for which Chinese letters are letters."""
    if (encoding := _ask("SHOW server_encoding")) != "UTF8":
        yield unsafe(
            f"The database's encoding is {encoding}",
            "Chinese cannot be kept in it.",
            "Make it anew with ENCODING UTF8 and restore a backup into it.",
        )
    elif not _ask("SELECT '路' ~ '[[:alpha:]]'"):
        yield warning(
            "The database's locale does not know Chinese letters",
            "Patterns and orders of names go by bytes: searches find less than they should.",
            "Make it anew with the builtin locale C.UTF-8 (as docker-compose.yml does) and restore a backup.",
        )


def extensions() -> Iterator[Finding]:
    """What indexes and constraints are made of."""
    for missing in set(EXTENSIONS) - _extensions():
        yield unsafe(
            f"The extension {missing} is missing",
            "Tables cannot be made or searched without it.",
            f"As the database's owner: CREATE EXTENSION {missing};",
        )


def superuser() -> Iterator[Finding]:
    """Triggers keep entries unchanged; a superuser walks past them."""
    if _ask("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        yield unsafe(
            "The portal is a superuser of its database",
            "Whoever breaks into it owns the server, and may switch off what keeps entries unchanged.",
            "Give it a role of its own that owns its database (deploy/postgres/10-portal.sh).",
        )


def lasting() -> Iterator[Finding]:
    """What was acknowledged survives a power cut."""
    off = [name for name in LOSING if _ask(f"SHOW {name}") == "off"]
    if off:
        yield unsafe(
            f"PostgreSQL runs with {', '.join(f'{name}=off' for name in off)}",
            "A power cut loses matters that residents were told are safe, or the whole database.",
            "Take it out of postgresql.conf or the command line, and restart.",
        )


def migrations() -> Iterator[Finding]:
    """The schema is the code's."""
    if missing := upgrading.unapplied():
        yield unsafe(
            f"{len(missing)} migrations are not applied, the first is {missing[0]}",
            "Pages fail that need their tables.",
            "docker compose run --rm upgrade (manage.py upgrade).",
        )


def clock() -> Iterator[Finding]:
    """Deadlines are set by one clock and swept by another."""
    skew = abs(float(_ask("SELECT extract(epoch FROM clock_timestamp())") or 0) - time())
    if skew > SKEW:
        yield warning(
            f"The clocks of this machine and of the database differ by {skew:.0f} s",
            "Reminders come early or late, and codes of the second factor are refused.",
            "Switch on time synchronisation (chrony or systemd-timesyncd) on both.",
        )


def _extensions() -> set[str]:
    return set(str(_ask("SELECT string_agg(extname, ' ') FROM pg_extension")).split())


def _ask(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]
