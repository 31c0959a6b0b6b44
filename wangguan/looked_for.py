"""What somebody looked for, kept encrypted in their own session under a random key.

The key stands in the address and means nothing to anybody else: names and phone numbers stand in no
log and no browser's history, and "back" still leads to what was found (docs/decisions/0024).
"""

from django.http import HttpRequest
from django.utils.crypto import get_random_string

from wangguan.privacy import InvalidToken, decrypt, encrypt

KEPT = 8
"""So many searches of one sort a session remembers."""


def keep(request: HttpRequest, sort: str, words: str) -> str:
    """The key under which this session finds the words again."""
    key = get_random_string(10)
    searches = {**request.session.get(sort, {}), key: encrypt(words)}
    request.session[sort] = dict(list(searches.items())[-KEPT:])
    return key


def kept(request: HttpRequest, sort: str, key: str) -> str:
    """What this session looked for under the key; empty when it is none of its own."""
    try:
        return decrypt(request.session.get(sort, {}).get(key, ""))
    except InvalidToken:  # kept under a key of encryption that has been retired since
        return ""
