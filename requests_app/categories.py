"""Bringing the shipped tree of categories into the database."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from requests_app.models import Category, UrgencyRule
from requests_app.workflow import Urgency

SHIPPED = Path(__file__).parent / "data" / "categories.json"
LIMIT_FIELDS = ("accept_minutes", "accept_working_days", "resolve_minutes", "resolve_working_days")
_FIELDS = ("name", "parent_id", "line", "urgency", *LIMIT_FIELDS, "position", "active")


@dataclass(frozen=True)
class Loaded:
    """Codes by what happened to them."""

    created: list[str]
    reset: list[str]
    kept: list[str]


@transaction.atomic
def load_categories(*, reset: bool = False) -> Loaded:
    """Create the shipped categories that are missing; existing ones keep an administrator's word.

    With `reset` existing shipped ones get their shipped values back. Codes of an
    administrator's own are never touched.
    """
    loaded = Loaded([], [], [])
    UrgencyRule.objects.bulk_create((UrgencyRule(urgency=value) for value in Urgency), ignore_conflicts=True)
    known = {category.code: category for category in Category.objects.select_for_update()}
    for position, row in enumerate(shipped()):
        code = row["code"]
        # Groups are shipped before their leaves, so a parent is known by now.
        values = _values(row, position, known)
        if code not in known:
            known[code] = Category.objects.create(code=code, **values)
            loaded.created.append(code)
        elif reset and _restore(known[code], values):
            loaded.reset.append(code)
        else:
            loaded.kept.append(code)
    return loaded


def shipped() -> list[dict[str, Any]]:
    """The tree as the repository carries it, groups before their leaves."""
    return json.loads(SHIPPED.read_text(encoding="utf-8"))


def _values(row: dict[str, Any], position: int, known: dict[str, Category]) -> dict[str, Any]:
    parent = known[row["code"][:2]].pk if len(row["code"]) > 2 else None
    limits = {name: row.get(name) for name in LIMIT_FIELDS}
    own = {name: row[name] for name in ("name", "line", "urgency")}
    return own | limits | {"parent_id": parent, "position": position, "active": True}


def _restore(category: Category, values: dict[str, Any]) -> bool:
    """Put shipped values back; whether anything differed."""
    if all(getattr(category, name) == values[name] for name in _FIELDS):
        return False
    for name, value in values.items():
        setattr(category, name, value)
    category.save(update_fields=_FIELDS)
    return True
