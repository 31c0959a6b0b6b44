"""A mail server that takes every message, unless a test says otherwise."""

import email
import email.policy
import socketserver
import threading
import time
from email.message import EmailMessage
from typing import Self


class MailServer:
    """`replies` puts another answer to a command ("RCPT": "550 no such box"), "END" being the
    end of the data; an empty answer hangs up; `delays` lets it come late (seconds).
    """

    def __init__(self) -> None:
        self.told: list[EmailMessage] = []
        self.replies: dict[str, str] = {}
        self.delays: dict[str, float] = {}
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.standin = self
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    standin: MailServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that lost its patience is no error here."""


class _Handler(socketserver.StreamRequestHandler):
    server: _Server
    usual = {"CONNECT": "220 stand-in ready", "DATA": "354 go on", "QUIT": "221 bye"}

    def handle(self) -> None:
        self._say(self._reply("CONNECT"))
        while line := self.rfile.readline():
            command = line[:4].decode().strip().upper()
            answer = self._reply(command)
            if not answer:
                return
            self._say(answer)
            if command == "DATA" and answer.startswith("354") and not self._take():
                return

    def _take(self) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        answer = self._reply("END")
        if not answer or answer.startswith("2"):
            whole = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
            self.server.standin.told.append(whole)
        if answer:
            self._say(answer)
        return bool(answer)

    def _reply(self, command: str) -> str:
        time.sleep(self.server.standin.delays.get(command, 0))
        return self.server.standin.replies.get(command, self.usual.get(command, "250 ok"))

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
