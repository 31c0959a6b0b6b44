"""Finding tickets by number or by words.

Nothing parts the words of Chinese, so a text is kept as all its pairs of neighbouring
characters, and a word is found where all pairs of it are. Migration 0003 keeps them in a table
beside the tickets (docs/decisions/0009).
"""

import re
import unicodedata

from requests_app.numbers import tidy

BY_WORDS = "SELECT ticket_id FROM requests_app_ticketwords WHERE bigrams @@ %s::tsquery"
"""Keys of the tickets that answer to a query that `tsquery` wrote."""

_START_OF_NUMBER = re.compile(r"(?:WG-?|(?=\d{8}-\d))(\d{0,8})-?(\d*)-?(\d?)")


def number_start(typed: str) -> str:
    """How the number begins that somebody typed, in whatever form; empty when it is none.

    `wg20261123 42` → `WG-20261123-42`; words and bare figures are no number.
    """
    shape = re.sub(r"[\s—–]+", "-", unicodedata.normalize("NFKC", typed).strip().upper())
    if found := _START_OF_NUMBER.fullmatch(shape):
        return tidy(typed) or "-".join(["WG", *filter(None, found.groups())])
    return ""


def tsquery(typed: str) -> str:
    """The words as PostgreSQL asks for them, all of which must be there; empty when there are none."""
    words = unicodedata.normalize("NFKC", typed).lower().split()
    return " & ".join(dict.fromkeys(part for word in words for part in _parts(word)))


def pairs(text: str) -> list[str]:
    """The pairs of neighbouring characters within the words of a text, as the table has them, each once."""
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", text).lower())
    return list(dict.fromkeys(pair for word in words for pair in _parted(word)))


def _parted(word: str) -> list[str]:
    return [word[place : place + 2] for place in range(len(word) - 1)]


def _parts(word: str) -> list[str]:
    """The pairs of a word; a single character is the beginning of any pair."""
    if len(word) == 1:
        return [f"{_quoted(word)}:*"]
    return [_quoted(pair) for pair in _parted(word)]


def _quoted(part: str) -> str:
    return "'" + part.replace("\\", "\\\\").replace("'", "''") + "'"
