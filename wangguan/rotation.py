"""Renewing the keys of personal data: every encrypted column of every table, re-encrypted with the first key.

A row is written only where its ciphertext still is the one that was read, so that people may work
meanwhile. What stands under the first key already is left alone: a run that was interrupted goes on
where it stopped. See docs/decisions/0020-key-rotation.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

from wangguan.privacy import EncryptedTextField

BATCH = 500
Field = EncryptedTextField
_others: "list[Other]" = []
Swap = tuple[Any, str, str]
"""The key of a row, its ciphertext and the successor of that."""


@dataclass
class Count:
    """What became of the ciphertexts of one table."""

    table: str
    rotated: int = 0
    current: int = 0
    """Stood under the first key already."""
    overtaken: int = 0
    """Written or removed by somebody else meanwhile; what they wrote stands under their first key."""
    unreadable: int = 0
    """No key fits."""

    @property
    def left(self) -> int:
        """So many may not stand under the first key: another run looks at them again."""
        return self.overtaken + self.unreadable


def tables() -> list[tuple[type[models.Model], list[Field]]]:
    """Every model that has encrypted columns of its own, with them."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        fields = [
            field for field in model._meta.local_concrete_fields if isinstance(field, EncryptedTextField)
        ]
        if fields and model._meta.managed and not model._meta.proxy:
            found.append((model, fields))
    return found


def rotate(*, batch: int = BATCH, write: bool = True) -> Iterator[Count]:
    """Go through all tables, one after the other; without `write` only count (`rotated`: what would be)."""
    keys = Keys(settings.FIELD_KEYS)
    for model, fields in tables():
        count = Count(model._meta.db_table)
        for rows in _batches(model, fields, batch):
            _renew(model, fields, rows, keys, count, write=write)
        yield count
    for other in _others:
        yield other(keys, write=write)


def also(other: "Other") -> None:
    """Go through this too: ciphertexts that stand in no column of their own."""
    if other not in _others:
        _others.append(other)


class Keys:
    """The first key, and all of them."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._first = Fernet(keys[0])
        self._all = MultiFernet([Fernet(key) for key in keys])

    def is_current(self, cipher: str) -> bool:
        """Whether the first key made it: its signature fits."""
        try:
            self._first.extract_timestamp(cipher)
        except InvalidToken:
            return False
        return True

    def renewed(self, cipher: str) -> str:
        """The same text, made at the same time, under the first key.

        Raises:
            InvalidToken: no key fits.
        """
        new = self._all.rotate(cipher).decode()
        if self._first.decrypt(new) != self._all.decrypt(cipher):
            raise RuntimeError("a ciphertext would have changed its meaning; nothing was written")
        return new


class Other(Protocol):
    """Renews what one table keeps in its own way, and counts."""

    def __call__(self, keys: Keys, *, write: bool) -> Count: ...


def _batches(model: type[models.Model], fields: list[Field], size: int) -> Iterator[list[Sequence[Any]]]:
    """Rows (key, ciphertexts) in the order of their keys, as the database holds them."""
    table, key = _names(model)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    last: Any = None
    while True:
        with connection.cursor() as cursor:
            behind = "" if last is None else f"WHERE {key} > %s"
            cursor.execute(
                f"SELECT {key}, {columns} FROM {table} {behind} ORDER BY {key} LIMIT %s",
                [size] if last is None else [last, size],
            )
            rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def _renew(
    model: type[models.Model],
    fields: list[Field],
    rows: list[Sequence[Any]],
    keys: Keys,
    count: Count,
    *,
    write: bool,
) -> None:
    """One batch: encrypted first, then written, each column in a transaction of its own."""
    old = {
        field: _to_renew([(row[0], row[place]) for row in rows], keys, count)
        for place, field in enumerate(fields, start=1)
    }
    for field, swaps in old.items():
        if not write:
            count.rotated += len(swaps)
        elif swaps:
            done = _swap(model, field, swaps)
            count.rotated += done
            count.overtaken += len(swaps) - done


def _to_renew(ciphers: list[tuple[Any, str | None]], keys: Keys, count: Count) -> list[tuple[Any, str, str]]:
    """Key, ciphertext and its successor, of those that an older key made."""
    found = []
    for key, cipher in ciphers:
        if not cipher:
            continue
        if keys.is_current(cipher):
            count.current += 1
            continue
        try:
            found.append((key, cipher, keys.renewed(cipher)))
        except InvalidToken:
            count.unreadable += 1
    return found


@transaction.atomic
def _swap(model: type[models.Model], field: Field, swaps: list[Swap]) -> int:
    """Write each successor where the old ciphertext still stands; how many were written."""
    table, key = _names(model)
    kind = model._meta.pk.rel_db_type(connection)
    column = f'"{field.column}"'
    with connection.cursor() as cursor:
        # Histories that allow no change allow this one (residents.triggers).
        cursor.execute("SET LOCAL wangguan.rotating = 'on'")
        cursor.execute(
            f"""
            UPDATE {table} SET {column} = swap.new
            FROM unnest(%s::{kind}[], %s::text[], %s::text[]) AS swap (key, old, new)
            WHERE {table}.{key} = swap.key AND {table}.{column} = swap.old
            """,
            [list(part) for part in zip(*swaps, strict=True)],
        )
        done = int(cursor.rowcount)
        cursor.execute("SET LOCAL wangguan.rotating = 'off'")
    return done


def _names(model: type[models.Model]) -> tuple[str, str]:
    """The quoted names of the table and its key."""
    return f'"{model._meta.db_table}"', f'"{model._meta.pk.column}"'
