"""Another system with a key."""

from datetime import timedelta
from typing import Any

from django.test import Client

from grids.models import User
from wangguan import clock
from wangguan.interfaces import keys
from wangguan.interfaces.models import ApiKey, Scope

SCOPES = tuple(Scope)


def key_of(user: User, *scopes: str, **fields: Any) -> tuple[ApiKey, str]:
    """A good key that acts as `user`, with all scopes unless some are named."""
    tomorrow = clock.now() + timedelta(days=1)
    return keys.issue(
        name="hotline", user=user, scopes=scopes or SCOPES, expires_at=tomorrow, by=user, **fields
    )


def caller(user: User, *scopes: str, **fields: Any) -> Client:
    """A client that sends such a key with everything."""
    _key, text = key_of(user, *scopes, **fields)
    return Client(headers={"Authorization": f"Bearer {text}"})
