"""Another system that subscribed to webhooks: keeps what it is sent, and checks it as its guide says."""

import base64
import hashlib
import hmac

from tests.standins.web import Request, StandIn


class Receiver(StandIn):
    """`told` holds the bodies it took, `ids` the id of every request, repeats included."""

    def __init__(self) -> None:
        super().__init__()
        self.url = f"{self.address}/hook"

    @property
    def ids(self) -> list[str]:
        return [request.headers["webhook-id"] for request in self.requests]

    @property
    def told(self) -> list[dict[str, object]]:
        return [request.body for request in self.requests]


def is_signed(request: Request, secret: str) -> bool:
    """Whether one of the request's signatures was made with this secret (Standard Webhooks 1.0.0)."""
    key = base64.b64decode(secret.split("_", 1)[1])
    signed = b".".join(
        [
            request.headers["webhook-id"].encode(),
            request.headers["webhook-timestamp"].encode(),
            request.raw,
        ]
    )
    own = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(own, mark) for mark in request.headers["webhook-signature"].split(" "))
