"""A cheap client in a process of its own, so that it takes little of the two cores it measures.

`python -m requests_app.bench.client PORT CONNECTIONS SECONDS [ADDRESS]`: without an address every
connection gets the form once and then hands in one matter after the other; with one it gets
that page. Bare sockets, kept alive. Prints one JSON object: milliseconds of every request
that was answered as it should be, and how many were not.
"""

import json
import re
import socket
import sys
import threading
import time
from uuid import uuid4

FORM: dict[str, object] = {
    "description": "三单元二楼的感应灯坏了一周，晚上上下楼要打手电，老人怕摔，麻烦来人看看。",
    "category": "",
    "contact_name": "王女士",
    "consent": "on",
}
# A form that may carry photos is sent so by every browser.
BOUNDARY = "a-form-of-the-bench"
PART = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{{}}"\r\n\r\n{{}}\r\n'
LAST = f"--{BOUNDARY}--\r\n".encode()
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
COOKIE = re.compile(rb"\r\nset-cookie: *csrftoken=(\w+)", re.IGNORECASE)


class Connection:
    """One kept-alive connection that asks for the next thing when it has the last."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.times: list[float] = []
        self.failures = 0
        self.key = ""

    def run(self, *, until: float, address: str, door: str) -> None:
        if not address:
            self.key = COOKIE.search(self._get("/report/"))[1].decode()  # type: ignore[index]
        while (began := time.perf_counter()) < until:
            answer = self._get(address) if address else self._submit(door)
            if answer.startswith(b"HTTP/1.1 200" if address else b"HTTP/1.1 303"):
                self.times.append((time.perf_counter() - began) * 1000)
            else:
                self.failures += 1

    def _submit(self, door: str) -> bytes:
        # Everybody comes from an address of their own and leaves a phone of their own.
        key = uuid4()
        phone = f"139{key.int % 10**8:08}"
        form = FORM | {"address": door, "contact_phone": phone, "submission_id": key}
        form["csrfmiddlewaretoken"] = self.key
        body = "".join(PART.format(name, value) for name, value in form.items()).encode() + LAST
        head = (
            f"POST /report/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: {key}\r\n"
            f"Cookie: csrftoken={self.key}\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return self._ask(head.encode() + body)

    def _get(self, address: str) -> bytes:
        return self._ask(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())

    def _ask(self, request: bytes) -> bytes:
        """The head of the answer; its body is read and dropped."""
        self.socket.sendall(request)
        answer = b""
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += self._receive()
        if found := LENGTH.search(answer, 0, end):
            while len(answer) < end + 4 + int(found[1]):
                answer += self._receive()
        else:
            while not answer.endswith(b"\r\n0\r\n\r\n"):  # in chunks, the last one empty
                answer += self._receive()
        return answer[:end]

    def _receive(self) -> bytes:
        chunk = self.socket.recv(65536)
        if not chunk:
            raise ConnectionError("the server hung up")
        return chunk


def main() -> None:
    port, count, seconds, door = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
    address = sys.argv[5] if len(sys.argv) > 5 else ""
    connections = [Connection(port) for _ in range(count)]
    began = time.perf_counter()
    threads = [
        threading.Thread(target=each.run, kwargs={"until": began + seconds, "address": address, "door": door})
        for each in connections
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = [milliseconds for each in connections for milliseconds in each.times]
    failures = sum(each.failures for each in connections)
    json.dump({"times": times, "failures": failures, "seconds": time.perf_counter() - began}, sys.stdout)


if __name__ == "__main__":
    main()
