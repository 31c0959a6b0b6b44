"""One person's open sessions: which there are, and ending them at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.http import HttpRequest
from django.utils.translation import gettext as _

from wangguan import auditlog
from wangguan.accounts import idle
from wangguan.auditlog import Kind

BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("wxwork", "WeCom"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Open:
    """A session as its owner recognises it."""

    key: int
    device: str
    address: str
    since: datetime
    seen: datetime | None
    is_this: bool


def of(request: HttpRequest) -> list[Open]:
    """Those of the signed-in person that are still open, this one first, then the latest."""
    rows = UserSession.objects.purge_and_list(request.user)
    seen = idle.last_seen(row.session_key for row in rows)
    found = [
        Open(
            key=row.pk,
            device=device(row.user_agent),
            address=row.ip,
            since=row.created_at,
            seen=seen.get(row.session_key),
            is_this=row.session_key == request.session.session_key,
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: (each.is_this, each.since), reverse=True)


def end(request: HttpRequest, key: int) -> bool:
    """End one of the signed-in person's other sessions; False when it is no longer there."""
    return _end(request, UserSession.objects.filter(user_id=request.user.pk, pk=key))


def end_others(request: HttpRequest) -> bool:
    """End all of the signed-in person's sessions but this one; False when there were none."""
    return _end(request, UserSession.objects.filter(user_id=request.user.pk))


def end_all(user: Any) -> int:
    """End every session of a person; how many."""
    return _close(UserSession.objects.filter(user_id=user.pk))


def device(user_agent: str) -> str:
    """What a browser says of itself, in two words; one we do not know says nothing."""
    words = [next((name for mark, name in table if mark in user_agent), "") for table in (BROWSERS, SYSTEMS)]
    return " · ".join(word for word in words if word) or _("Unknown device")


def _end(request: HttpRequest, rows: Any) -> bool:
    ended = _close(rows.exclude(session_key=request.session.session_key))
    if ended:
        subject, detail = f"grids.user:{request.user.pk}", {"sessions": ended}
        auditlog.write(
            Kind.SESSIONS_ENDED, actor=request.user, subject=subject, detail=detail, request=request
        )
    return bool(ended)


def _close(rows: Iterable[UserSession]) -> int:
    found = list(rows)
    for row in found:
        row.end()
    return len(found)
