"""One way to post JSON: bounded in time and size, and exact about what may have arrived."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from time import monotonic
from typing import Any

import httpx
from django.conf import settings

from wangguan.notify.channels.base import NotSent, Refused, TooFast, Unclear

MOST_BYTES = 64 * 1024
LONGEST_PAUSE = timedelta(hours=1)
# Standards: RFC 9110 §15. An authorization that is wrong today may be put right tomorrow.
WORTH_ANOTHER_TRY = {401, 403, 407, 503}
PERHAPS_TAKEN = {408, 409, 425}


@dataclass(frozen=True)
class Reply:
    status: int
    body: dict[str, Any]


@lru_cache(maxsize=1)
def _client() -> httpx.Client:
    # No kept-alive connections: one that the far end just closed looks like a lost reply.
    return httpx.Client(limits=httpx.Limits(max_keepalive_connections=0), follow_redirects=False)


def post(url: str, content: Mapping[str, Any], *, headers: Mapping[str, str] | None = None) -> Reply:
    """Post `content` as JSON; the reply of a 2xx.

    Errors are raised `from None`: an address may hold a secret, and tracebacks show causes.

    Raises:
        NotSent: no connection was made, or the far end says it can't take it now.
        Unclear: the request may have been taken.
        TooFast: 429.
        Refused: any other answer.
    """
    until = monotonic() + settings.NOTIFY_TIMEOUT
    try:
        with _client().stream(
            "POST", url, json=content, headers=headers, timeout=settings.NOTIFY_TIMEOUT
        ) as response:
            body = _read(response, until)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError):
        raise NotSent("no_connection") from None
    except (httpx.UnsupportedProtocol, httpx.InvalidURL):
        raise NotSent("bad_address") from None
    except httpx.LocalProtocolError:
        raise NotSent("bad_request") from None
    except httpx.TimeoutException:
        raise Unclear("timeout") from None
    except httpx.HTTPError:
        raise Unclear("no_reply") from None
    _judge(response)
    return Reply(response.status_code, _parse(body))


def _read(response: httpx.Response, until: float) -> bytes:
    """The body, as long as it comes in time and stays small: a far end may drip for ever.

    Raises:
        Unclear: it did not.
    """
    body = b""
    for chunk in response.iter_bytes():
        body += chunk
        if monotonic() > until or len(body) > MOST_BYTES:
            raise Unclear("endless_reply")
    return body


def _judge(response: httpx.Response) -> None:
    status, code = response.status_code, f"http_{response.status_code}"
    if status == 429:
        raise TooFast(code, after=_pause(response))
    if status in WORTH_ANOTHER_TRY:
        raise NotSent(code, after=_pause(response))
    if status >= 500 or status in PERHAPS_TAKEN:
        raise Unclear(code)
    if not 200 <= status < 300:
        raise Refused(code)


def _pause(response: httpx.Response) -> timedelta | None:
    """What `Retry-After` asks for (seconds or a date), at most an hour."""
    asked = response.headers.get("Retry-After", "")
    if asked.isdecimal():
        return min(timedelta(seconds=min(int(asked), 3600)), LONGEST_PAUSE)
    try:
        pause = parsedate_to_datetime(asked) - datetime.now(UTC)
    except (TypeError, ValueError):
        return None
    return min(max(pause, timedelta(0)), LONGEST_PAUSE)


def _parse(body: bytes) -> dict[str, Any]:
    """The JSON object in a reply.

    Raises:
        Unclear: it holds none, so somebody else than the far end may have answered.
    """
    try:
        parsed = json.loads(body)
    except ValueError:
        raise Unclear("bad_reply") from None
    if not isinstance(parsed, dict):
        raise Unclear("bad_reply")
    return parsed
