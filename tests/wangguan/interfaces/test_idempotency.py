"""A POST that comes twice under one Idempotency-Key is done once, and answered the same."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from requests_app.models import Ticket
from tests.cast import Cast
from tests.requests_app.matters import accepted, told
from tests.wangguan.interfaces.caller import caller
from wangguan import clock
from wangguan.interfaces.models import KeptAnswer
from wangguan.interfaces.tasks import forget_answers

pytestmark = pytest.mark.django_db
LIST = "/api/v1/tickets/"
MATTER = {"description": "楼道灯不亮，老人晚上看不清。", "address": "九区3号楼"}


def tell(client: Client, key: str = "k-1", **body: Any) -> Any:
    return client.post(LIST, MATTER | body, content_type="application/json", headers={"Idempotency-Key": key})


def test_same_request_is_answered_as_first(cast: Cast) -> None:
    client = caller(cast.worker)
    first, again = tell(client), tell(client, key='"k-1"')

    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert first["Location"] == again["Location"]
    assert (again["Idempotency-Replayed"], Ticket.objects.count()) == ("true", 1)
    assert "Idempotency-Replayed" not in first


def test_same_key_with_another_body_is_refused(cast: Cast) -> None:
    client = caller(cast.worker)
    tell(client)

    answer = tell(client, description="井盖丢了，很危险。")

    assert (answer.status_code, answer.json()["type"]) == (422, "/api/docs/problems/#key_reused")


def test_same_key_at_another_address_is_refused(cast: Cast) -> None:
    client, ticket = caller(cast.worker), told(cast)
    options: dict[str, Any] = {
        "content_type": "application/json",
        "headers": {"Idempotency-Key": "k-1"},
    }
    client.post(f"{LIST}{ticket.number}/steps/accept/", {}, **options)

    assert client.post(f"{LIST}{ticket.number}/steps/escalate/", {}, **options).status_code == 422


def test_key_is_its_callers_own(cast: Cast) -> None:
    first, other = tell(caller(cast.worker)), tell(caller(cast.worker))

    assert first.json()["number"] != other.json()["number"]


def test_refusal_is_kept_too(cast: Cast) -> None:
    client, ticket = caller(cast.worker), told(cast)
    path, headers = f"{LIST}{ticket.number}/steps/resolve/", {"Idempotency-Key": "k-1"}
    first = client.post(path, {}, content_type="application/json", headers=headers)
    again = client.post(path, {}, content_type="application/json", headers=headers)

    assert (first.status_code, again.status_code, again.json()) == (409, 409, first.json())
    assert again["Content-Type"] == "application/problem+json"


def test_body_may_be_mended_under_the_same_key(cast: Cast) -> None:
    client = caller(cast.worker)

    assert [tell(client, description="灯").status_code, tell(client).status_code] == [400, 201]


def test_request_that_is_being_answered_is_asked_for_patience(cast: Cast) -> None:
    client = caller(cast.worker)
    tell(client)
    KeptAnswer.objects.update(status=None)

    answer = tell(client)

    assert (answer.status_code, answer["Retry-After"]) == (409, "1")


def test_request_whose_process_died_is_done_once_all_the_same(cast: Cast) -> None:
    client = caller(cast.worker)
    first = tell(client)
    KeptAnswer.objects.update(status=None, begun_at=clock.now() - timedelta(minutes=2))

    again = tell(client)

    assert (again.status_code, again.json()["number"]) == (200, first.json()["number"])
    assert Ticket.objects.count() == 1


def test_step_whose_process_died_is_taken_once(cast: Cast) -> None:
    client, ticket = caller(cast.worker), accepted(cast)
    path, headers = f"{LIST}{ticket.number}/steps/escalate/", {"Idempotency-Key": "k-1"}
    body = {"note": "要社区协调"}
    first = client.post(path, body, content_type="application/json", headers=headers)
    KeptAnswer.objects.all().delete()

    again = client.post(path, body, content_type="application/json", headers=headers)

    assert again.json() == first.json()


def test_mistake_of_ours_is_not_kept(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_matter: object) -> None:
        raise RuntimeError

    client = caller(cast.worker)
    client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr("requests_app.api.telling.submit", broken)
        first = tell(client)

    assert (first.status_code, tell(client).status_code) == (500, 201)


def test_kept_answer_is_readable_by_nobody(cast: Cast) -> None:
    number = tell(caller(cast.worker)).json()["number"]

    rows = str(list(KeptAnswer.objects.extra(select={"raw": "body"}).values("raw", "key_hash")))
    assert number not in rows
    assert "k-1" not in rows


def test_answers_are_forgotten_after_two_days(cast: Cast) -> None:
    tell(caller(cast.worker))
    with clock.at(clock.now() + timedelta(hours=47)):
        early = forget_answers()

    with clock.at(clock.now() + timedelta(hours=49)):
        assert (early, forget_answers()) == (0, 1)


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "钥匙"])
def test_key_that_is_none_is_refused(cast: Cast, key: str) -> None:
    answer = tell(caller(cast.worker), key=key)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["Idempotency-Key"])
