"""An SMS gateway as docs/sms-gateway.md describes it, with the faults of a real line.

It drops a repeated key, loses some of its replies, and reports each delivery until the portal has
taken the report; now and then it reports twice.
"""

import json
import queue
import random
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

import httpx

from wangguan.notify import reports

TOKEN = "torture-gateway"
LOST_REPLIES, SECOND_REPORTS = 0.02, 0.05
REPORTERS = 4
PAUSE = 0.5


class Gateway:
    """Listens on a free port of this machine; `report_url` is where deliveries are reported."""

    def __init__(self, *, seed: int) -> None:
        self.report_url = ""
        self.told: Counter[str] = Counter()
        """How often a phone was told, by key."""
        self.templates: dict[str, str] = {}
        self.asked = 0
        self._chance = random.Random(f"{seed}:gateway")
        self._lock = threading.Lock()
        self._deliveries: queue.Queue[str] = queue.Queue()
        self._ends = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.gateway = self
        self.address = f"http://127.0.0.1:{self._server.server_port}/send"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        for _reporter in range(REPORTERS):
            threading.Thread(target=self._report_all, daemon=True).start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._ends.set()
        self._server.shutdown()
        self._server.server_close()

    def take(self, key: str, template: str) -> bool:
        """Tell the phone unless this key was told before; False when the reply gets lost."""
        with self._lock:
            self.asked += 1
            self.templates[key] = template
            if not self.told[key]:
                self.told[key] += 1
                for _report in range(2 if self._chance.random() < SECOND_REPORTS else 1):
                    self._deliveries.put(key)
            return self._chance.random() >= LOST_REPLIES

    @property
    def repeats(self) -> int:
        """Requests whose key was known already: dropped."""
        return self.asked - len(self.told)

    def _report_all(self) -> None:
        with httpx.Client(timeout=10) as client:
            while not self._ends.is_set():
                try:
                    key = self._deliveries.get(timeout=PAUSE)
                except queue.Empty:
                    continue
                self._report(client, key)

    def _report(self, client: httpx.Client, key: str) -> None:
        body = json.dumps({"key": key, "status": "delivered", "id": f"gw-{key}"}).encode()
        while not self._ends.is_set():
            at = str(int(time.time()))
            headers = {"X-Timestamp": at, "X-Signature": reports.signature(at, body)}
            try:
                if client.post(self.report_url, content=body, headers=headers).status_code < 500:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(PAUSE)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    gateway: Gateway

    def handle_error(self, request: object, client_address: object) -> None:
        """A worker killed while it waits is no error here."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            return self.send_error(401)
        key = self.headers["Idempotency-Key"]
        if self.server.gateway.take(key, body["template"]):
            self._answer(json.dumps({"id": f"gw-{key}"}).encode())
        return None

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""
