"""A threaded HTTP server on this machine whose answers a test writes beforehand."""

import json
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True)
class Behaviour:
    """How the server treats one request.

    `takes`: it does what it was asked; `delay`: seconds before it answers; `silent`: it hangs
    up without an answer; `drip`: seconds between the single bytes of its answer; `raw`: what
    it answers instead of its usual body.
    """

    status: int = 200
    takes: bool = True
    delay: float = 0.0
    silent: bool = False
    drip: float = 0.0
    raw: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


USUAL = Behaviour()
BROKEN = Behaviour(status=500, takes=False)
TAKEN_BUT_BROKEN = Behaviour(status=502)
AWAY = Behaviour(status=503, takes=False)
TOO_MANY = Behaviour(status=429, takes=False, headers={"Retry-After": "7"})
LOST_REPLY = Behaviour(silent=True)


def slow(seconds: float) -> Behaviour:
    """Takes the request at once and answers after so many seconds."""
    return Behaviour(delay=seconds)


@dataclass(frozen=True)
class Request:
    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    raw: bytes = b""


class StandIn:
    """Listens on a free port of this machine while in a `with` block; remembers every request."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.lock = threading.Lock()
        self._next: deque[Behaviour] = deque()
        self._always = USUAL
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.standin = self
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def will(self, *behaviours: Behaviour) -> None:
        """Treat the next requests so, one after the other, and later ones as usual."""
        self._next.extend(behaviours)

    def always(self, behaviour: Behaviour) -> None:
        self._always = behaviour

    def behave(self) -> Behaviour:
        with self.lock:
            return self._next.popleft() if self._next else self._always

    def answer(self, request: Request, *, taken: bool) -> dict[str, Any]:
        """Do what `request` asks if `taken`, and give the usual answer's body."""
        return {}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    standin: StandIn

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that lost its patience is no error here."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        standin, behaviour = self.server.standin, self.server.standin.behave()
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        request = Request(self.path, dict(self.headers), json.loads(raw), raw)
        with standin.lock:
            standin.requests.append(request)
            reply = standin.answer(request, taken=behaviour.takes)
        time.sleep(behaviour.delay)
        if not behaviour.silent:
            self._answer(behaviour, behaviour.raw or json.dumps(reply).encode())

    def _answer(self, behaviour: Behaviour, body: bytes) -> None:
        self.send_response(behaviour.status)
        for name, value in {**behaviour.headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        for start in range(len(body)) if behaviour.drip else ():
            time.sleep(behaviour.drip)
            self.wfile.write(body[start : start + 1])
        if not behaviour.drip:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""
