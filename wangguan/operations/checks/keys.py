"""Secrets: their own, long enough, different, and those under which the data was written."""

from collections.abc import Iterator

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import connection

from wangguan import rotation
from wangguan.operations.checks.finding import Finding, advice, unsafe
from wangguan.privacy import EncryptedTextField

SHORTEST, LETTERS = 40, 15
"""Characters that a secret has at least, and how many different ones."""
DEMO_WORDS = ("demo-only", "changeme", "not-a-secret")
DEMO_FIELD_KEY = "ZGVtby1vbmx5LW5vdC1hLXNlY3JldC0wMTIzNDU2Nzg="
NAMES = ("SECRET_KEY", "HASH_KEY", "SMS_REPORT_SECRET")
MAKE = "Make one with `sh deploy/secrets.sh`, which writes what is missing to deploy/secrets/"


def secrets() -> Iterator[Finding]:
    """Each is random, long and used for one thing."""
    for name in NAMES:
        if is_weak(getattr(settings, name)):
            yield unsafe(
                f"{name} is short, guessable or the demo's",
                "Whoever guesses it signs cookies, links and delivery reports like the portal itself.",
                f"{MAKE}. A HASH_KEY that is in use must stay: lookups by phone depend on it.",
            )
    if len({getattr(settings, name) for name in NAMES}) < len(NAMES):
        yield unsafe(
            f"Two of {', '.join(NAMES)} are the same",
            "What leaks in one place opens the other.",
            f"{MAKE}, one for each.",
        )


def is_weak(secret: str) -> bool:
    """Whether `secret` is one that somebody could guess."""
    is_known = any(word in secret.lower() for word in DEMO_WORDS)
    return is_known or len(secret) < SHORTEST or len(set(secret)) < LETTERS


def field_keys() -> Iterator[Finding]:
    """Keys of personal data are Fernet keys, and not the demo's."""
    for number, key in enumerate(settings.FIELD_KEYS, start=1):
        try:
            Fernet(key)
        except ValueError:
            yield unsafe(
                f"Key {number} of FIELD_KEYS is no Fernet key",
                "Names and phones can neither be written nor read.",
                f"{MAKE}; keys of existing data come from the safe.",
            )
    if DEMO_FIELD_KEY in settings.FIELD_KEYS:
        yield unsafe(
            "FIELD_KEYS holds the demo's key",
            "It stands in the source: personal data under it is as good as open.",
            "Put a key of your own first, run `manage.py rotate_keys`, then take the demo's out.",
        )


def readable() -> Iterator[Finding]:
    """The oldest and the newest ciphertext of each column open under these keys."""
    try:
        keys = MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])
    except ValueError:
        return
    for model, fields in rotation.tables():
        closed = [field.attname for field in fields if not _opens(keys, model._meta.db_table, field)]
        if closed:
            yield unsafe(
                f"{model._meta.db_table}: {', '.join(closed)} cannot be decrypted",
                "A key is missing: names and phones of these rows are lost until it is back.",
                "Put the key that they were written under behind the first in FIELD_KEYS; it is in the safe.",
            )


def _opens(keys: MultiFernet, table: str, field: EncryptedTextField) -> bool:
    name, column, key = (
        connection.ops.quote_name(part) for part in (table, field.attname, field.model._meta.pk.attname)
    )
    one = f"SELECT {column} FROM {name} WHERE {column} <> '' ORDER BY {key}"
    with connection.cursor() as cursor:
        cursor.execute(f"({one} LIMIT 1) UNION ALL ({one} DESC LIMIT 1)")
        ciphers = [cipher for (cipher,) in cursor.fetchall()]
    try:
        for cipher in ciphers:
            keys.decrypt(cipher)
    except InvalidToken:
        return False
    return True


def metrics() -> Iterator[Finding]:
    """Without a token nobody sees that answers wait."""
    if not getattr(settings, "METRICS_TOKEN", ""):
        yield advice(
            "METRICS_TOKEN is not set",
            "/metrics stays closed, so nobody is woken when answers wait or beat is silent.",
            f"{MAKE}, and let your monitoring read /metrics with it.",
        )
