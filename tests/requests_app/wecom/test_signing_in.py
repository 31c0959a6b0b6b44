"""Signing in by WeCom, with a stand-in that answers as WeCom does."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from requests_app.wecom.models import LinkedAccount
from tests.cast import Cast
from tests.wangguan.accounts.signing import is_in, with_factor
from wangguan.auditlog.models import Entry

pytestmark = pytest.mark.django_db

BEGIN, BACK, LOGIN = "/wecom/sign-in/", "/wecom/signed-in/", "/accounts/login/"


class WeCom(ThreadingHTTPServer):
    """Gives access tokens, of which only the newest is good, and knows the people behind codes."""

    daemon_threads = True
    tokens = 0
    people = {"code-of-zhang": "zhangsan"}

    def said(self, path: str, query: dict[str, list[str]]) -> dict[str, Any]:
        if path == "/cgi-bin/gettoken":
            if query["corpsecret"] != ["app-secret"]:
                return {"errcode": 40001, "errmsg": "invalid credential"}
            self.tokens += 1
            return {"errcode": 0, "access_token": f"token-{self.tokens}", "expires_in": 7200}
        if query["access_token"] != [f"token-{self.tokens}"]:
            return {"errcode": 42001, "errmsg": "access_token expired"}
        userid = self.people.get(query.get("code", [""])[0])
        return {"errcode": 0, "userid": userid} if userid else {"errcode": 40029, "errmsg": "invalid code"}


class _Answers(BaseHTTPRequestHandler):
    server: WeCom

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        body = json.dumps(self.server.said(parts.path, parse_qs(parts.query))).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@pytest.fixture(autouse=True)
def wecom(settings: Settings) -> Iterator[WeCom]:
    server = WeCom(("127.0.0.1", 0), _Answers)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    settings.WECOM_BASE_URL = f"http://127.0.0.1:{server.server_port}"
    settings.WECOM_AGENT_ID, settings.WECOM_SECRET = "1000002", "app-secret"
    yield server
    server.shutdown()
    server.server_close()


def _come_back(client: Client, *, code: str = "code-of-zhang") -> Any:
    leads = client.get(BEGIN).headers["location"]
    state = parse_qs(urlsplit(leads).query)["state"][0]
    return client.get(BACK, {"code": code, "state": state})


def _linked(cast: Cast) -> None:
    LinkedAccount.objects.create(user=cast.worker, userid="zhangsan")


def test_linked_person_is_let_in(client: Client, cast: Cast) -> None:
    _linked(cast)
    answer = _come_back(client)
    assert (answer.headers["location"], is_in(client)) == ("/worker/", True)


def test_sign_in_is_written_into_the_audit_log(client: Client, cast: Cast) -> None:
    _linked(cast)
    _come_back(client)
    assert Entry.objects.filter(kind="sign_in", actor=cast.worker).count() == 1


def test_second_factor_is_asked_for(client: Client, cast: Cast) -> None:
    _linked(cast)
    with_factor(cast.worker)
    answer = _come_back(client)
    assert ("/accounts/2fa/authenticate/" in answer.headers["location"], is_in(client)) == (True, False)


def test_unlinked_person_is_told_whom_to_ask(client: Client, cast: Cast) -> None:
    answer = _come_back(client)
    assert (answer.status_code, is_in(client)) == (403, False)


@pytest.mark.parametrize("state", ["", "forged"])
def test_forged_state_lets_nobody_in(client: Client, cast: Cast, state: str) -> None:
    _linked(cast)
    client.get(BEGIN)
    answer = client.get(BACK, {"code": "code-of-zhang", "state": state})
    assert (answer.status_code, is_in(client)) == (403, False)


def test_state_of_another_browser_lets_nobody_in(client: Client, cast: Cast) -> None:
    _linked(cast)
    state = parse_qs(urlsplit(Client().get(BEGIN).headers["location"]).query)["state"][0]
    client.get(BACK, {"code": "code-of-zhang", "state": state})
    assert not is_in(client)


def test_unknown_code_lets_nobody_in(client: Client, cast: Cast) -> None:
    _linked(cast)
    assert (_come_back(client, code="guessed").status_code, is_in(client)) == (502, False)


def test_closed_account_is_not_let_in(client: Client, cast: Cast) -> None:
    _linked(cast)
    cast.worker.is_active = False
    cast.worker.save(update_fields=["is_active"])
    _come_back(client)
    assert not is_in(client)


def test_outdated_token_is_renewed(client: Client, cast: Cast, wecom: WeCom) -> None:
    _linked(cast)
    _come_back(client)
    wecom.tokens += 1
    _come_back(other := Client())
    assert is_in(other)


def test_inside_wecom_no_code_is_scanned(client: Client) -> None:
    leads = client.get(BEGIN, headers={"User-Agent": "Mozilla/5.0 wxwork/4.1"}).headers["location"]
    assert urlsplit(leads).hostname == "open.weixin.qq.com"


def test_sign_in_page_offers_it_only_when_set_up(client: Client, settings: Settings) -> None:
    offered = BEGIN in client.get(LOGIN).content.decode()
    settings.WECOM_SECRET = ""
    again = BEGIN in client.get(LOGIN).content.decode()
    assert (offered, again, client.get(BEGIN).status_code) == (True, False, 404)
