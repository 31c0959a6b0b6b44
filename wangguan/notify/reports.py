"""Delivery reports: the only thing that makes an SMS count as delivered."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Coalesce

from wangguan import clock
from wangguan.notify import kinds
from wangguan.notify.models import Message, State

# How far the clock of a signed report may be off: what is older may be a replay.
TOLERANCE = timedelta(minutes=5)
DIGEST_MARK = ":digest"


class BadSignature(Exception):
    """The report was not signed by the gateway, or too long ago."""


class UnknownMessage(LookupError):
    """No message has the key that a report names."""


def signature(timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 in hex over timestamp, a line feed and the body, by `settings.SMS_REPORT_SECRET`."""
    signed = timestamp.encode() + b"\n" + body
    return hmac.new(settings.SMS_REPORT_SECRET.encode(), signed, hashlib.sha256).hexdigest()


def verify(timestamp: str, given: str, body: bytes) -> None:
    """Check that the gateway signed `body` at `timestamp` (Unix seconds), and lately.

    Raises:
        BadSignature: it did not, or no secret is set.
    """
    if not settings.SMS_REPORT_SECRET or not timestamp.isdecimal() or len(timestamp) > 12:
        raise BadSignature
    if abs(clock.now().timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise BadSignature
    if not hmac.compare_digest(signature(timestamp, body).encode(), given.encode()):
        raise BadSignature


def digest_key(lead: str) -> str:
    """The key under which the digest led by the message `lead` leaves."""
    return lead + DIGEST_MARK


def record(*, key: str, delivered: bool, gateway_id: str = "", code: str = "") -> bool:
    """Record one report, for a digest on every message in it; whether it was news.

    May come before the gateway's reply, twice, or after the message was given up: the
    first delivery counts, and nothing takes it back.

    Raises:
        UnknownMessage: no message has this key.
    """
    with transaction.atomic():
        lead = Message.objects.filter(key=key.removesuffix(DIGEST_MARK)).only("pk").first()
        if lead is None:
            raise UnknownMessage(key)
        parcel = Message.objects.parcel(lead.pk).select_for_update()
        news = [row.pk for row in parcel if _is_news(row, delivered)]
        messages = Message.objects.filter(pk__in=news).order_by("pk")
        messages.update(**(_delivery(gateway_id) if delivered else {"state": State.DEAD, "error": code}))
        run_hook("on_delivered" if delivered else "on_failed", messages)
    return bool(news)


def _delivery(gateway_id: str) -> dict[str, Any]:
    now = clock.now()
    known = {"gateway_id": gateway_id} if gateway_id else {}
    return {
        "state": State.SENT,
        "sent_at": Coalesce("sent_at", now),
        "delivered_at": now,
        "error": "",
        **known,
    }


def run_hook(name: str, messages: Iterable[Message]) -> None:
    """Run the hook of this name (`on_delivered`, …) of each message's kind, if it has one."""
    for message in messages if name else ():
        if hook := getattr(kinds.find(message.kind), name, None):
            hook(message)


def _is_news(message: Message, delivered: bool) -> bool:
    """A delivery is news once; a failure only of what is thought to be on its way."""
    if delivered:
        return message.delivered_at is None and message.state != State.CANCELLED
    on_its_way = (State.SENDING, State.SENT, State.FAILED, State.UNKNOWN)
    return message.delivered_at is None and message.state in on_its_way
