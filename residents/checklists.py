"""Bringing the shipped checklists into the database."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from residents.models import CheckItem

SHIPPED = Path(__file__).parent / "data" / "checklists.json"


@dataclass(frozen=True)
class Loaded:
    """How many items came, and how many kinds kept a list of their own."""

    created: int
    kept: int


@transaction.atomic
def load_checklists(*, reset: bool = False) -> Loaded:
    """Fill the checklists of the kinds that have none; a list that somebody looks after stays as it is.

    With `reset` every shipped item is there afterwards, in use and in its shipped order; items of the
    street's own stay.
    """
    known = set(CheckItem.objects.values_list("kind", flat=True).order_by().distinct())
    created = kept = 0
    for each in shipped():
        if each["kind"] in known and not reset:
            kept += 1
            continue
        for order, item in enumerate(each["items"], start=1):
            created += _put(each["kind"], order, item)
    return Loaded(created, kept)


def shipped() -> list[dict[str, Any]]:
    """The lists as the repository carries them: kind, and items of words and category."""
    return json.loads(SHIPPED.read_text(encoding="utf-8"))


def _put(kind: str, order: int, item: dict[str, str]) -> bool:
    values = {"category": item["category"], "order": order, "is_used": True}
    _row, is_new = CheckItem.objects.update_or_create(kind=kind, words=item["words"], defaults=values)
    return is_new
