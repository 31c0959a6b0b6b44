"""Answers to a service's questions: read out of a form, checked, and the shipped questions.

They come as `attribute[code]=value`, and `attribute[code][]=value` for each of several values
(“POST Service Request”, `attribute`).
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from requests_app.models import Category
from requests_app.open311.fields import is_moment
from requests_app.open311.models import Attribute, Choice
from requests_app.open311.terms import DataType
from wangguan.words import storable

SHIPPED = Path(__file__).parent / "data" / "attributes.json"
LONGEST = {DataType.STRING: 200, DataType.TEXT: 2_000}
"""Characters of an answer."""
_NAME = re.compile(r"attribute\[(?P<code>[^\[\]]+)\](?:\[\d*\])?")


@dataclass(frozen=True)
class Answered:
    """An answer as staff read it."""

    code: str
    question: str
    value: str = field(repr=False)


def given(data: QueryDict) -> dict[str, list[str]]:
    """By code, the values that a form carries; empty ones count as absent."""
    values: dict[str, list[str]] = {}
    for name in data:
        if shape := _NAME.fullmatch(name):
            values.setdefault(shape["code"], []).extend(
                text for each in data.getlist(name) if (text := storable(each))
            )
    return values


def answers(attributes: Iterable[Attribute], values: dict[str, list[str]]) -> list[Answered]:
    """The answers to these questions, in their order. What answers none of them is left out.

    Raises:
        ValueError: one is missing or wrong; its text is a sentence for whoever filled in the form.
    """
    found = []
    for row in attributes:
        texts = values.get(row.code, []) if row.variable else []
        if sentence := _why_not(row, texts):
            raise ValueError(f"attribute[{row.code}]: {sentence}")
        if texts:
            found.append(Answered(row.code, row.description, _said(row, texts)))
    return found


def _why_not(row: Attribute, texts: list[str]) -> str | Promise:
    """What is wrong with an answer; empty when nothing is."""
    if not texts:
        return _("This question must be answered: %(question)s") % {"question": row} if row.required else ""
    if len(texts) > 1 and row.datatype != DataType.MULTI:
        return _("Only one value, please.")
    match row.datatype:
        case DataType.SINGLE | DataType.MULTI:
            keys = [choice.key for choice in row.choices.all()]
            return (
                ""
                if set(texts) <= set(keys)
                else _("Please choose from: %(keys)s") % {"keys": ", ".join(keys)}
            )
        case DataType.NUMBER:
            return "" if _is_number(texts[0]) else _("Please write a number.")
        case DataType.DATETIME:
            return "" if is_moment(texts[0]) else _("Please write a moment like 2026-11-27T08:30:00+08:00.")
        case DataType.STRING if "\n" in texts[0] or "\r" in texts[0]:
            return _("One line only, please.")
    most = LONGEST[DataType(row.datatype)]
    return _("At most %(most)d characters, please.") % {"most": most} if len(texts[0]) > most else ""


def _is_number(text: str) -> bool:
    try:
        return len(text) <= 40 and Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _said(row: Attribute, texts: list[str]) -> str:
    """The values as people call them."""
    if not row.has_choices:
        return texts[0]
    return "、".join(choice.name for choice in row.choices.all() if choice.key in texts)


# --- the shipped ones --------------------------------------------------------------------
@transaction.atomic
def load() -> tuple[int, int]:
    """Create the shipped questions of categories that have none; how many are new and how many were left out.

    Whatever an administrator made of a category's questions stays.
    """
    asked = set(Attribute.objects.values_list("category__code", flat=True))
    known = {category.code: category for category in Category.objects.exclude(parent=None)}
    new = [row for row in shipped() if row["category"] in known and row["category"] not in asked]
    for row in new:
        _create(row, known[row["category"]])
    return len(new), len(shipped()) - len(new)


def shipped() -> list[dict[str, Any]]:
    """The questions as the repository carries them."""
    return json.loads(SHIPPED.read_text(encoding="utf-8"))


def _create(row: dict[str, Any], category: Category) -> None:
    told = {name: row[name] for name in ("code", "description", "datatype", "position")}
    attribute = Attribute.objects.create(category=category, hint=row.get("hint", ""), **told)
    Choice.objects.bulk_create(
        Choice(attribute=attribute, key=key, name=name, position=position)
        for position, (key, name) in enumerate(row.get("choices", {}).items(), start=1)
    )
