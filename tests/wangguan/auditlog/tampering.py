"""Doing what the database forbids, as somebody with its highest rights would."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def triggers_off() -> Iterator[None]:
    """No trigger fires inside the block."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")


def tamper(statement: str, *values: str | int) -> None:
    """Run one statement behind the triggers' back."""
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute(statement, values)
