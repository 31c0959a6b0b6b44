"""Secrets of second factors under the first key: allauth keeps them in JSON, where no column shows them."""

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken

from wangguan.rotation import Count, Keys

SECRETS = ("secret", "seed")
"""Of an app, and of the codes on paper."""


def renew(keys: Keys, *, write: bool) -> Count:
    """Renew each secret where it still is the one that was read; without `write` only count."""
    count = Count(Authenticator._meta.db_table)
    for row in Authenticator.objects.order_by("pk").iterator():
        for name in SECRETS:
            if cipher := row.data.get(name):
                _renew(row, name, cipher, keys, count, write=write)
    return count


def _renew(row: Authenticator, name: str, cipher: str, keys: Keys, count: Count, *, write: bool) -> None:
    if keys.is_current(cipher):
        count.current += 1
        return
    try:
        fresh = {**row.data, name: keys.renewed(cipher)}
    except InvalidToken:
        count.unreadable += 1
        return
    if not write or Authenticator.objects.filter(pk=row.pk, data=row.data).update(data=fresh):
        count.rotated += 1
    else:
        count.overtaken += 1
