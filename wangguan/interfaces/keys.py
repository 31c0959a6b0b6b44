"""Making, finding and withdrawing keys. A key reads `wg_<prefix>_<secret>`; only its hash is kept."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from wangguan import clock
from wangguan.interfaces.models import ApiKey

SHAPE = re.compile(r"wg_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")
SEEN_EVERY = timedelta(minutes=1)
"""How exactly the last use is written down: a write a minute, not one a request."""


def issue(
    *,
    name: str,
    user: Any,
    scopes: Iterable[str],
    expires_at: datetime,
    by: Any,
    requests_a_minute: int = 120,
) -> tuple[ApiKey, str]:
    """A new key, saved, and its text, which nobody can read again."""
    prefix = secrets.token_hex(6)
    text = f"wg_{prefix}_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        name=name,
        user=user,
        scopes=list(scopes),
        prefix=prefix,
        digest=_digest(text),
        expires_at=expires_at,
        created_by=by,
        requests_a_minute=requests_a_minute,
    )
    return key, text


def find(text: str) -> ApiKey | None:
    """The key with this text, if it is good now and its account active; that it was used is written down."""
    if not (shape := SHAPE.fullmatch(text)):
        return None
    key = ApiKey.objects.select_related("user").filter(prefix=shape[1]).first()
    now = clock.now()
    if key is None or not hmac.compare_digest(key.digest, _digest(text)):
        return None
    if not key.is_good_at(now) or not key.user.is_active:
        return None
    _seen(key, now)
    return key


def withdraw(key: ApiKey) -> None:
    """From now on the key opens nothing; withdrawing it again changes nothing."""
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=clock.now())


def _seen(key: ApiKey, now: datetime) -> None:
    long_ago = Q(last_used_at=None) | Q(last_used_at__lt=now - SEEN_EVERY)
    if key.last_used_at is None or key.last_used_at < now - SEEN_EVERY:
        ApiKey.objects.filter(long_ago, pk=key.pk).update(last_used_at=now)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
