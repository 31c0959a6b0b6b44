"""Bring the schema up to date while the old version serves.

A migration that waits for a lock on a busy table makes everybody queue behind it; so it waits five
seconds at most, gives way, and tries again. Which migrations may run so, `rollout` says.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from psycopg.errors import LockNotAvailable

from wangguan.refusals import Refused

KEY = 0x57_47_55_50
"""Number of the advisory lock: one upgrade at a time, whoever starts it."""
LOCK_TIMEOUT = "5s"
PAUSES = (1, 2, 4, 8, 16, 30, 60)
"""Seconds between tries, while others hold what a migration needs."""


def upgrade(*, pauses: tuple[float, ...] = PAUSES) -> list[str]:
    """Apply what is not applied; names of what was.

    Raises:
        Refused: another upgrade runs, or others did not let go of a table; nothing is half done.
    """
    with _alone():
        pending = unapplied()
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        try:
            _migrate(pauses)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")
    return pending


def unapplied() -> list[str]:
    """Migrations that the code has and the database not, in their order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the advisory lock.

    It is not waited for: a session that waits in a statement has a snapshot, for which CREATE INDEX
    CONCURRENTLY of the other would wait in turn.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [KEY])
        if cursor.fetchone() != (True,):
            raise Refused("Another upgrade is running. Wait for its end, then start this one again.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [KEY])


def _migrate(pauses: tuple[float, ...]) -> None:
    """`migrate`, again after a pause where somebody held a lock; each migration is all or nothing."""
    for pause in (*pauses, None):
        try:
            _drop_broken_indexes()
            call_command("migrate", interactive=False, verbosity=0)
            break
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            if pause is None:
                raise Refused(
                    "A table stayed locked by others (look at pg_stat_activity for old transactions). "
                    "What was applied so far is whole: start the upgrade again in a quiet hour."
                ) from error
            time.sleep(pause)


def _drop_broken_indexes() -> None:
    """Remove what a broken off CREATE INDEX CONCURRENTLY left: it costs writes and serves nobody."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indrelid "
            "WHERE NOT indisvalid AND relnamespace = 'public'::regnamespace"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
