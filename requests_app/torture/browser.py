"""A client that knows nothing of what is killed: it asks again until it is answered.

What a person's browser does with a lost reply: the same form once more, with the same key.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from requests_app.torture.journal import Journal

TIMEOUT = 12.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 2.0
LIKES_SEEN = {"likes_seen": "1"}
Answers = Callable[[httpx.Response], bool]


class GivenUp(Exception):
    """The portal did not answer as long as anybody would wait."""


class Refused(Exception):
    """The portal said no to what it should have taken."""


@dataclass(frozen=True)
class Sent:
    """What an action is known by."""

    kind: str
    key: str
    number: str = ""
    name: str = ""


class Browser:
    """One person's cookies; `taken` is told of each action that was acknowledged."""

    def __init__(self, site: str, *, journal: Journal, patience: float, taken: Callable[[], None]) -> None:
        self.journal, self.patience, self.taken = journal, patience, taken
        self.client = httpx.Client(base_url=site, timeout=TIMEOUT, cookies=LIKES_SEEN)
        self.sign_ins = 0
        self._who: tuple[str, str] | None = None

    def close(self) -> None:
        self.client.close()

    def come_from(self, address: str) -> None:
        """Be somebody else from here on, as the trusted proxy before the portal says it."""
        self.client.headers["X-Forwarded-For"] = address

    # --- reading -------------------------------------------------------------------------
    def read(self, path: str) -> httpx.Response:
        """The page at `path`.

        Raises:
            GivenUp: no page within `patience` seconds.
        """
        answer, _tries, _waited = self._until(lambda: self.client.get(path), _is_page)
        return answer

    # --- signing in ----------------------------------------------------------------------
    def sign_in(self, username: str, password: str) -> None:
        """As a member of the staff, with the form.

        Raises:
            GivenUp: the door stayed shut for `patience` seconds.
        """
        self._who = username, password
        self.sign_ins += 1
        self._until(self._login, _is_signed_in)

    def _login(self) -> httpx.Response:
        assert self._who is not None
        page = self.client.get("/accounts/login/")
        if page.status_code >= 500:
            return page
        username, password = self._who
        form = {"login": username, "password": password, "csrfmiddlewaretoken": self.key}
        return self.client.post("/accounts/login/", data=form)

    @property
    def key(self) -> str:
        """The key that forms carry against forgery."""
        return self.client.cookies.get("csrftoken") or ""

    # --- acting --------------------------------------------------------------------------
    def act(self, sent: Sent, path: str, form: Mapping[str, Any], *, taken: Answers) -> httpx.Response:
        """Send `form` until `taken` says that it was taken; both ends are written down.

        Raises:
            GivenUp: it was not within `patience` seconds.
            Refused: the portal said no.
        """
        facts = {"kind": sent.kind, "number": sent.number, "name": sent.name}
        self.journal.write("sent", sent.key, **facts)
        try:
            answer, tries, waited = self._until(lambda: self._post(path, form), _is_final)
        except GivenUp as error:
            self.journal.write("given_up", sent.key, tries=int(str(error)), **facts)
            raise
        if not taken(answer):
            words = answer.text[:200] if "json" in answer.headers.get("Content-Type", "") else ""
            self.journal.write("refused", sent.key, status=answer.status_code, sentence=words, **facts)
            raise Refused(f"{sent.kind} {sent.name}: {answer.status_code}")
        self.taken()
        facts["location"] = answer.headers.get("Location", "")
        self.journal.write("done", sent.key, tries=tries, waited=waited, **facts)
        return answer

    def _post(self, path: str, form: Mapping[str, Any]) -> httpx.Response:
        # Fields without a file name: sent as a browser sends a form that may carry photos.
        fields = {name: (None, str(value)) for name, value in form.items()}
        fields["csrfmiddlewaretoken"] = (None, self.key)
        headers = {"Accept": "application/json"} if self._who else {}
        answer = self.client.post(path, files=fields, headers=headers)
        if self._who and _leads_to_login(answer):
            self.sign_in(*self._who)
            return self.client.post(
                path, files=fields | {"csrfmiddlewaretoken": (None, self.key)}, headers=headers
            )
        return answer

    def _until(self, ask: Callable[[], httpx.Response], enough: Answers) -> tuple[httpx.Response, int, float]:
        """The first answer that is `enough`, after how many tries and seconds."""
        began, pause, tries = time.monotonic(), FIRST_PAUSE, 0
        while time.monotonic() - began < self.patience:
            tries += 1
            try:
                answer = ask()
                if enough(answer):
                    return answer, tries, time.monotonic() - began
            except httpx.TransportError:
                pass
            time.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)
        raise GivenUp(str(tries))


def _is_page(answer: httpx.Response) -> bool:
    return answer.status_code == 200


def _is_final(answer: httpx.Response) -> bool:
    """Whether asking again would change nothing."""
    return answer.status_code < 500


def _is_signed_in(answer: httpx.Response) -> bool:
    return answer.status_code == 302 and not _leads_to_login(answer)


def _leads_to_login(answer: httpx.Response) -> bool:
    return answer.is_redirect and "/accounts/login/" in answer.headers.get("Location", "")
