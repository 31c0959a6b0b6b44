"""The number of a request and the line it leaves."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.cast import Cast
from tests.requests_app.matters import PHONE, told
from wangguan.observability import ids

pytestmark = pytest.mark.django_db
Lines = Callable[[], list[dict[str, Any]]]


def access(lines: Lines) -> list[dict[str, Any]]:
    return [line for line in lines() if line["name"] == "wangguan.access"]


def test_answers_carry_a_number_that_can_be_read_out(client: Client) -> None:
    number = client.get("/")["X-Request-ID"]
    assert (len(number), set(number) <= set(ids.LETTERS)) == (ids.LENGTH, True)


def test_two_requests_have_two_numbers(client: Client) -> None:
    assert client.get("/")["X-Request-ID"] != client.get("/")["X-Request-ID"]


def test_number_of_a_visitor_does_not_count(client: Client) -> None:
    assert client.get("/", headers={"x-request-id": "from-outside"})["X-Request-ID"] != "from-outside"


def test_number_of_a_trusted_proxy_is_kept(client: Client, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    assert client.get("/", headers={"x-request-id": "proxy-0001"})["X-Request-ID"] == "proxy-0001"


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space", 'quote"quote', "九九九九九九"])
def test_number_unfit_for_a_log_is_replaced(given: str) -> None:
    assert ids.accepted(given) != given


def test_line_names_route_status_and_person_only(cast: Cast, client: Client, lines: Lines) -> None:
    client.force_login(cast.worker)
    ticket = told(cast)
    client.get(reverse("worker_ticket", args=[ticket.number]), {"q": PHONE})
    line = access(lines)[-1]
    assert {name: line[name] for name in ("message", "method", "route", "status", "user_id")} == {
        "message": "request",
        "method": "GET",
        "route": "worker/tickets/<str:number>/",
        "status": 200,
        "user_id": cast.worker.pk,
    }


def test_line_has_the_number_of_its_answer(client: Client, lines: Lines) -> None:
    answer = client.get("/")
    assert access(lines)[-1]["request_id"] == answer["X-Request-ID"]


def test_line_of_a_page_that_asks_nobody_names_nobody(client: Client, lines: Lines) -> None:
    client.get("/nowhere/")
    line = access(lines)[-1]
    assert (line["route"], line["status"], line["user_id"]) == ("unmatched", 404, None)


def test_lines_never_hold_a_residents_secret_address(cast: Cast, client: Client, lines: Lines) -> None:
    ticket = told(cast)
    client.get(ticket.tracking_url, {"phone": PHONE})
    client.get(f"{ticket.tracking_url}nowhere/")
    written = str(lines())
    assert (ticket.token in written, PHONE in written) == (False, False)


def test_failure_is_told_with_its_number_and_without_its_words(
    cast: Cast, client: Client, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*args: object, **more: object) -> None:
        raise ValueError(f"broke over {PHONE}")

    monkeypatch.setattr("requests_app.views.tracking.page", breaks)
    client.raise_request_exception = False
    ticket = told(cast)
    answer = client.get(ticket.tracking_url)
    written = next(line for line in lines() if line["name"] == "django.request")
    assert answer["X-Request-ID"] == written["request_id"]
    assert f"{written['request_id']}" in answer.content.decode()
    assert "ValueError" in written["exc_info"]
    assert [hidden in str(lines()) for hidden in (PHONE, ticket.token)] == [False, False]


def test_probes_leave_no_line(client: Client, lines: Lines) -> None:
    client.get("/healthz")
    assert access(lines) == []
