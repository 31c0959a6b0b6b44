"""Emptying the database after a test that committed: only what is full, in some milliseconds.

Django truncates every table and has each app list its permissions again, half a second a test. Here the
same locks are taken, so a writer who is still at it is waited for; rows are deleted where there are any;
content types and permissions stay, which no test changes.
"""

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase

from wangguan.notify.models import make_missing_wordings

KEPT = {"auth_permission", "django_content_type"}
_django_flushes = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


def empty(self: TransactionTestCase) -> None:
    """As after `migrate`, but for rows that a migration wrote: Django's own way leaves none of them either.

    Where the tests' user is no superuser, Django's own way it is.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser')::boolean")
        if mighty := cursor.fetchone() == (True,):
            _delete_all(cursor)
    if mighty:
        make_missing_wordings()
    else:
        _django_flushes(self)


def _delete_all(cursor: CursorWrapper) -> None:
    names = set(connection.introspection.django_table_names(only_existing=True)) - KEPT
    tables = [connection.ops.quote_name(name) for name in sorted(names)]
    cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
    # Neither foreign keys nor the triggers that protect what was written hold a superuser up in this mode.
    cursor.execute("SET LOCAL session_replication_role = replica")
    asked = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)
    cursor.execute(" UNION ALL ".join(asked))
    for (table,) in cursor.fetchall():
        cursor.execute(f"DELETE FROM {table}")


TransactionTestCase._fixture_teardown = empty  # type: ignore[attr-defined]
