"""Which kind of matter some words seem to be: a suggestion that a person confirms."""

import json
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent / "data" / "category_words.json"
FAINT = frozenset({"13"})
"""Groups that ask and suggest: they count only where nothing else does."""


@cache
def _table() -> dict[str, list[str]]:
    return json.loads(TABLE.read_text(encoding="utf-8"))


def signs(code: str) -> list[str]:
    """Words that people use for matters of this category."""
    return _table().get(code, [])


def suggest(words: str) -> str:
    """The code of the likeliest category, or nothing: the longer the words of the table, the surer.

    Of two as likely the one told first wins: people begin with what troubles them.
    """
    scores = {code: _score(words, signs) for code, signs in _table().items()}
    sure = {code: score for code, score in scores.items() if score[0] and code[:2] not in FAINT}
    found = sure or {code: score for code, score in scores.items() if score[0]}
    return max(found, key=lambda code: found[code]) if found else ""


def _score(words: str, signs: list[str]) -> tuple[int, int]:
    """How many characters of the table's words are in the text, and (negative) where the first begins."""
    there = [sign for sign in signs if sign in words]
    whole = [sign for sign in there if not any(sign != other and sign in other for other in there)]
    return sum(len(sign) ** 2 for sign in whole), -min((words.index(sign) for sign in whole), default=0)
