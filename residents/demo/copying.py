"""Rows into tables through COPY, with what must be ciphertext encrypted on the way."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection
from django.db.models import Field, Max, Model

from residents.demo.rows import TABLES, Book, CheckResultRow, FindingRow, Row
from wangguan.privacy import EncryptedTextField, encrypt


def first_keys() -> dict[type[Row], int]:
    """For each table the key after its last one."""
    return {
        kind: (model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1
        for kind, model in TABLES.items()
    }


def lock() -> None:
    """Let nobody else write into the tables until the transaction ends: keys are given out here.

    Those of findings hang on a visit and need no lock of their own; with one, this would wait for the
    demo's history, which settles findings (of which there are none yet) whenever a matter closes.
    """
    locked = [model for kind, model in TABLES.items() if kind not in (FindingRow, CheckResultRow)]
    tables = ", ".join(f'"{model._meta.db_table}"' for model in locked)
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")


def write(book: Book) -> None:
    """Copy the rows in and forget them."""
    for kind, model in TABLES.items():
        if rows := book.of(kind):
            _copy(model, kind._fields, rows)  # type: ignore[attr-defined]
    book.clear()


def go_on_after(book: Book) -> None:
    """Let each table's own keys go on after the last one given."""
    with connection.cursor() as cursor:
        for kind, last in book.last_keys().items():
            if last:
                table = TABLES[kind]._meta.db_table
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), %s)", [last])


def analyze() -> None:
    """Tell the planner how large the tables are now."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE " + ", ".join(f'"{model._meta.db_table}"' for model in TABLES.values()))


def _copy(model: type[Model], named: tuple[str, ...], rows: Iterable[Row]) -> None:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    rest = [field for name, field in fields.items() if name not in named]
    columns = [*(fields[name] for name in named), *rest]
    sealed = [place for place, field in enumerate(columns) if isinstance(field, EncryptedTextField)]
    defaults = tuple(_default(field) for field in rest)
    names = ", ".join(f'"{field.column}"' for field in columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as to,
    ):
        _write(to.write_row, rows, defaults, sealed)


def _write(write_row: Callable[[Any], None], rows: Iterable[Row], defaults: Row, sealed: list[int]) -> None:
    for row in rows:
        values = [*row, *defaults]
        for place in sealed:
            values[place] = encrypt(values[place])
        write_row(values)


def _default(field: "Field[Any, Any]") -> Any:
    """What Django would write where nobody said anything."""
    return field.get_default()
