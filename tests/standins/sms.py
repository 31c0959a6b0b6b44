"""An SMS gateway as docs/sms-gateway.md describes it: drops repeated keys, reports delivery."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Mapping
from typing import Any

import httpx

from tests.standins.web import Request, StandIn

TOKEN = "gateway-token"
REPORT_TRIES = 20


class SmsGateway(StandIn):
    """Set `secret`, `report_url` and `report_after` to have each new message reported.

    `report_after` holds the seconds after which a report is sent: `()` loses it, `(0,)` is
    prompt, `(5,)` late, `(0, 0.1)` comes twice.
    """

    def __init__(self, *, drops_repeats: bool = True) -> None:
        super().__init__()
        self.drops_repeats = drops_repeats
        self.told: list[dict[str, Any]] = []
        self.secret = ""
        self.report_url = ""
        self.report_after: tuple[float, ...] = ()

    def answer(self, request: Request, *, taken: bool) -> dict[str, Any]:
        key = request.headers["Idempotency-Key"]
        if taken and not (self.drops_repeats and key in self.keys()):
            self.told.append(request.body)
            for seconds in self.report_after if self.report_url else ():
                threading.Thread(target=self._report_later, args=(key, seconds), daemon=True).start()
        return {"id": f"gw-{key}"}

    def keys(self) -> set[str]:
        """The distinct keys of all messages that reached a phone."""
        return {message["key"] for message in self.told}

    def twice(self) -> list[str]:
        """Keys that reached a phone more than once; must stay empty."""
        told = [message["key"] for message in self.told]
        return sorted(key for key in self.keys() if told.count(key) > 1)

    def report(self, key: str, status: str = "delivered", **fields: str) -> int:
        """Report on `key` over HTTP; the portal's status code."""
        body, headers = signed(
            {"key": key, "status": status, "id": f"gw-{key}", **fields}, secret=self.secret
        )
        return httpx.post(self.report_url, content=body, headers=headers, timeout=5).status_code

    def _report_later(self, key: str, seconds: float) -> None:
        """As a real gateway does, again for a while when the portal is away."""
        time.sleep(seconds)
        for _try in range(REPORT_TRIES):
            try:
                if self.report(key) < 500:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.5)


def signed(
    report: Mapping[str, str], *, secret: str, at: float | None = None
) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a delivery report signed at the Unix time `at` (now)."""
    body, timestamp = json.dumps(dict(report)).encode(), str(int(at or time.time()))
    signature = hmac.new(secret.encode(), timestamp.encode() + b"\n" + body, hashlib.sha256).hexdigest()
    headers = {"X-Timestamp": timestamp, "X-Signature": signature, "Content-Type": "application/json"}
    return body, headers
