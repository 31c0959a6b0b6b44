"""Webhooks as Standard Webhooks has them (standardwebhooks.com, 1.0.0): thin events, signed and timed.

Who subscribed and what became of each try is another room's: it is told here at start-up.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any, Protocol

from wangguan import clock
from wangguan.notify.channels import outward
from wangguan.notify.channels.base import NotSent, Parcel, Receipt, Refused

SECRET_MARK = "whsec_"
AGENT = "wangguan-webhooks/1"
GONE = 410
LONGEST_WAIT = timedelta(hours=1)
"""So much of a `Retry-After` is believed."""


@dataclass(frozen=True)
class Endpoint:
    """Where a subscriber listens; every secret that is good now, the newest first."""

    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Tried:
    """What became of one try: `code` is empty when it was taken, `status` None when nobody answered."""

    code: str
    status: int | None
    took: timedelta


class Book(Protocol):
    """What the room of the subscribers answers."""

    def endpoint(self, parcel: Parcel) -> Endpoint:
        """Where this parcel goes.

        Raises:
            Refused: nowhere any more.
        """

    def tried(self, parcel: Parcel, tried: Tried) -> None:
        """Write down what became of a try."""


_books: list[Book] = []


def register(book: Book) -> None:
    """Say who keeps the subscribers; called once in `AppConfig.ready`."""
    _books[:] = [book]


def drops_repeats() -> bool:
    """A receiver drops a `webhook-id` that it has seen; that is its part of the standard."""
    return True


def send(parcel: Parcel) -> Receipt:
    (book,) = _books
    endpoint = book.endpoint(parcel)
    body = written(parcel.context["event"])
    headers = signed(parcel.context["id"], body, secrets=endpoint.secrets)
    started = monotonic()
    try:
        answer = outward.post(endpoint.url, body, headers=headers)
        code, status = _judged(answer.status), answer.status
    except (outward.BadAddress, outward.Unreached) as error:
        answer, code, status = outward.Answer(0), error.code, None
    book.tried(parcel, Tried(code, status, timedelta(seconds=monotonic() - started)))
    if not code:
        return Receipt(delivered=True)
    if status == GONE:
        raise Refused(code)
    raise NotSent(code, after=_wait(answer))


def written(event: Mapping[str, Any]) -> bytes:
    """The body; the same for every try."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def signed(identity: str, body: bytes, *, secrets: Iterable[str]) -> dict[str, str]:
    """The headers of the standard, signed now with each secret."""
    stamp = str(int(clock.now().timestamp()))
    marks = (f"v1,{_signature(secret, identity, stamp, body)}" for secret in secrets)
    return {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "webhook-id": identity,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(marks),
    }


def _signature(secret: str, identity: str, stamp: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_MARK))
    mark = hmac.digest(key, f"{identity}.{stamp}.".encode() + body, hashlib.sha256)
    return base64.b64encode(mark).decode()


def _judged(status: int) -> str:
    """Why a reply does not count as taken; empty when it does."""
    if 200 <= status < 300:
        return ""
    return "redirect" if 300 <= status < 400 else f"http_{status}"


def _wait(answer: outward.Answer) -> timedelta | None:
    if answer.status not in (429, 503) or not answer.retry_after.isdecimal():
        return None
    return min(timedelta(seconds=min(int(answer.retry_after), 86400)), LONGEST_WAIT)
