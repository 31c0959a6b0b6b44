"""Making, knowing and revoking a display's token."""

import hashlib
import secrets
from datetime import timedelta

from django.db.models import Q

from grids.models import User
from requests_app.screen.models import Display
from wangguan import clock

SEEN_EVERY = timedelta(minutes=1)


def new_token() -> str:
    """256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """SHA-256 of the token: its 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def known(token: str) -> Display | None:
    """The display in force whose token this is."""
    return Display.objects.in_force().filter(token_hash=hashed(token)).first() if token else None


def mark_seen(display: Display) -> None:
    """Note that it showed the screen, at most once a minute."""
    now = clock.now()
    stale = Q(seen_at__isnull=True) | Q(seen_at__lt=now - SEEN_EVERY)
    Display.objects.filter(stale, pk=display.pk).update(seen_at=now)


def revoke(display: Display, *, by: User) -> None:
    """Its token opens nothing any more, within one refresh of the screen."""
    Display.objects.filter(pk=display.pk, revoked_at__isnull=True).update(
        revoked_at=clock.now(), revoked_by=by
    )
