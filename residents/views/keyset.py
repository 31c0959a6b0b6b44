"""Pages of lists ordered by several fields, continued behind the last row shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

Row = TypeVar("Row", bound=Model)
PAGE = 20


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list; `after` continues it and is empty on the last one."""

    rows: list[Row]
    after: str


@dataclass(frozen=True)
class Key:
    """A field that a list is ordered by, upwards, and how its values are read from an address."""

    name: str
    kind: type[int] | type[date]


def page_of(rows: QuerySet[Row], keys: Sequence[Key], *, after: str = "", size: int = PAGE) -> Page[Row]:
    """The page behind the row `after` points at; the first for a pointer that makes no sense.

    The last key is unique; none of them is ever null.
    """
    names = [key.name for key in keys]
    ordered = rows.order_by(*names)
    if place := _pointed_at(after, keys):
        ordered = ordered.filter(_behind(names, place))
    found = list(ordered[: size + 1])
    more = len(found) > size
    return Page(found[:size], pointer(found[size - 1], names) if more else "")


def pointer(row: Model, names: Sequence[str]) -> str:
    return "~".join(str(getattr(row, name)) for name in names)


def _behind(names: Sequence[str], place: Sequence[Any]) -> Q:
    behind, same = Q(), Q()
    for name, value in zip(names, place, strict=True):
        behind |= same & Q(**{f"{name}__gt": value})
        same &= Q(**{name: value})
    return behind


def _pointed_at(after: str, keys: Sequence[Key]) -> list[Any] | None:
    parts = after.split("~")
    if len(parts) != len(keys) or len(after) > 100:
        return None
    try:
        return [
            date.fromisoformat(part) if key.kind is date else _whole(part)
            for key, part in zip(keys, parts, strict=True)
        ]
    except ValueError:
        return None


def _whole(part: str) -> int:
    if len(part) > 18:
        raise ValueError("no key is that long")
    return int(part)


def query(given: QueryDict, **changes: Any) -> str:
    """The page's query string with some fields set and empty ones left out."""
    changed = given.copy()
    for name, value in changes.items():
        changed[name] = value
    for name in [name for name in changed if not changed[name]]:
        del changed[name]
    return changed.urlencode()
