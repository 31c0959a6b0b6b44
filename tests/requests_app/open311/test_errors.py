"""The grid of errors: which status for which mistake, and a sentence for the person who used the app."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from requests_app.models import Ticket
from requests_app.open311 import door
from requests_app.open311.models import Attribute
from tests.cast import Cast
from tests.requests_app.matters import told
from tests.requests_app.open311.conftest import MATTER, PARKING, Caller, new_key
from tests.requests_app.test_pages_public import picture
from wangguan import clock
from wangguan.interfaces import keys
from wangguan.interfaces.models import Scope
from wangguan.limits import Limit

GETS: list[tuple[str, dict[str, Any], int]] = [
    ("services/9999", {}, 404),
    ("services/06", {}, 404),
    ("requests/WG-20260101-000001-0", {}, 404),
    ("tokens/unknown", {}, 404),
    ("services/%00", {}, 404),
    ("requests/%00", {}, 404),
    ("tokens/%00", {}, 404),
    ("nowhere", {}, 404),
    ("requests", {"api_key": "wg_wrong"}, 403),
    ("requests", {"status": "broken"}, 400),
    ("requests", {"start_date": "2026-01-01"}, 400),
    ("requests", {"start_date": "2026-01-01T00:00:00"}, 400),
    ("requests", {"start_date": "2026-13-01T00:00:00Z"}, 400),
    ("requests", {"end_date": "0001-01-01T00:00:00Z"}, 400),
    ("requests", {"updated_after": "now"}, 400),
    ("requests", {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-04-02T00:00:00Z"}, 400),
    ("requests", {"start_date": "2026-02-01T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"}, 400),
    ("requests", {"updated_after": "2026-01-01T00:00:00Z", "updated_before": "2026-09-01T00:00:00Z"}, 400),
    ("requests", {"page": "0"}, 400),
    ("requests", {"page": "two"}, 400),
    ("requests", {"page_size": "1001"}, 400),
]
POSTS: list[tuple[dict[str, Any], int, str]] = [
    ({"api_key": None}, 403, "api_key"),
    ({"api_key": ""}, 403, "api_key"),
    ({"api_key": "wg_0123456789ab_" + "x" * 43}, 403, "api_key"),
    ({"service_code": None}, 400, "service_code"),
    ({"service_code": ""}, 400, "service_code"),
    ({"service_code": "9999"}, 404, "service_code"),
    ({"service_code": "06"}, 404, "service_code"),
    ({"address_string": None}, 400, "address_string"),
    ({"address_string": "路" * 201}, 400, "address_string"),
    ({"address_id": "12345"}, 400, "address_id"),
    ({"address_id": "三"}, 400, "address_id"),
    ({"lat": "36.6"}, 400, "long"),
    ({"lat": "91", "long": "116.9"}, 400, "lat"),
    ({"lat": "nan", "long": "116.9"}, 400, "lat"),
    ({"lat": "36.6", "long": "east"}, 400, "long"),
    ({"description": "灯" * 4001}, 400, "description"),
    ({"media_url": "javascript:alert(1)"}, 400, "media_url"),
    ({"media_url": "ftp://example.org/a.jpg"}, 400, "media_url"),
    ({"first_name": "长" * 41}, 400, "first_name"),
    ({"service_code": PARKING, "attribute[vehicle]": "rocket"}, 400, "attribute[vehicle]"),
    ({"service_code": PARKING, "attribute[vehicle][]": ["car", "van"]}, 400, "attribute[vehicle]"),
    ({"service_code": PARKING, "attribute[blocks][]": ["exit", "sky"]}, 400, "attribute[blocks]"),
    ({"service_code": PARKING, "attribute[since]": "yesterday"}, 400, "attribute[since]"),
    ({"attribute[count]": "many"}, 400, "attribute[count]"),
    ({"attribute[count]": "Infinity"}, 400, "attribute[count]"),
    ({"attribute[pole]": "1\n2"}, 400, "attribute[pole]"),
    ({"attribute[pole]": "1" * 201}, 400, "attribute[pole]"),
]


def faults(answer: Any) -> list[dict[str, Any]]:
    told = json.loads(answer.content)
    assert all(set(fault) == {"code", "description"} and fault["description"] for fault in told)
    return told


@pytest.mark.parametrize(("path", "query", "status"), GETS)
def test_a_wrong_question(anybody: Caller, path: str, query: dict[str, Any], status: int) -> None:
    answer = anybody.ask(f"{path}.json", **query)
    assert (answer.status_code, faults(answer)[0]["code"]) == (status, status)


@pytest.mark.parametrize(("change", "status", "named"), POSTS)
def test_a_wrong_request(app: Caller, change: dict[str, Any], status: int, named: str) -> None:
    answer = app.post(**change)
    assert (answer.status_code, Ticket.objects.count()) == (status, 0)
    assert named in faults(answer)[0]["description"]


def test_errors_are_told_in_xml_too(app: Caller) -> None:
    answer = app.post(form="xml", service_code="9999")
    assert answer.status_code == 404
    assert answer.content.startswith(
        b'<?xml version="1.0" encoding="utf-8"?>\n<errors><error><code>404</code><description>'
    )


def test_every_mistake_is_told_at_once(app: Caller) -> None:
    told_of = [fault["description"].partition(":")[0] for fault in faults(app.post(lat="91", phone="1" * 41))]
    assert told_of == ["lat", "phone"]


def test_a_required_attribute_is_asked_for(app: Caller) -> None:
    Attribute.objects.filter(code="vehicle").update(required=True)
    answer = app.post(service_code=PARKING)
    assert (answer.status_code, "attribute[vehicle]" in faults(answer)[0]["description"]) == (400, True)


def test_errors_speak_the_callers_language(anybody: Caller) -> None:
    answer = anybody.client.get("/open311/v2/services/9999.json", headers={"Accept-Language": "en"})
    assert faults(answer)[0]["description"].startswith("service_code was not found")


def test_a_key_for_something_else_opens_nothing(cast: Cast, services: None) -> None:
    caller = Caller(Client(), *new_key(cast, scopes=(Scope.TICKETS_READ,)))
    assert [caller.post().status_code, caller.ask("requests.json").status_code] == [403, 403]


def test_a_withdrawn_key_opens_nothing(app: Caller) -> None:
    assert app.key
    keys.withdraw(app.key)
    assert app.post().status_code == 403


def test_an_expired_key_opens_nothing(app: Caller) -> None:
    with clock.at(clock.now() + timedelta(days=31)):
        assert app.post().status_code == 403


def test_a_matter_of_somebody_else_is_not_found(cast: Cast, other: Caller) -> None:
    assert other.ask(f"requests/{told(cast).number}.json").status_code == 404


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_refused(anybody: Caller, method: str) -> None:
    answer = getattr(anybody.client, method)("/open311/v2/requests.json")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST")
    assert faults(answer)[0]["code"] == 405


def test_nothing_is_posted_to_what_is_only_read(anybody: Caller) -> None:
    answer = anybody.client.post("/open311/v2/services.json")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")


def test_an_address_without_a_format_is_answered_in_xml(anybody: Caller) -> None:
    answer = anybody.client.get("/open311/v2/services")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/xml; charset=utf-8")


@pytest.mark.parametrize("files", [[picture()] * 7, [SimpleUploadedFile("a.jpg", b"GIF")]])
def test_media_that_are_no_photos_or_too_many_are_refused(app: Caller, files: list[Any]) -> None:
    answer = app.post(media=files)
    assert (answer.status_code, "media" in faults(answer)[0]["description"]) == (400, True)


def test_a_body_that_cannot_be_read_is_refused_in_the_callers_format(app: Caller) -> None:
    answer = app.client.post(
        "/open311/v2/requests.json", b"--broken", content_type="multipart/form-data; boundary="
    )
    assert (answer.status_code, faults(answer)[0]["code"]) == (400, 400)


def test_too_many_fields_are_refused_in_the_callers_format(app: Caller) -> None:
    many: Any = {f"attribute[{number}]": "1" for number in range(1100)}
    assert faults(app.post(**many))[0]["code"] == 400


def test_a_key_tells_only_so_many_a_minute(cast: Cast, services: None) -> None:
    caller = Caller(Client(), *new_key(cast, requests_a_minute=1))
    answers = [caller.post() for _again in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert int(answers[1].headers["Retry-After"]) > 0
    assert faults(answers[1])[0]["code"] == 429


def test_an_address_asks_only_so_often(anybody: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "READS", Limit("open311_reads", most=1, seconds=60))
    assert [anybody.ask("services.json").status_code for _again in range(2)] == [200, 429]


def test_trying_keys_counts_against_the_address(anybody: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "READS", Limit("open311_reads", most=1, seconds=60))
    told_of = [anybody.ask("requests.json", api_key="wg_wrong").status_code for _again in range(2)]
    assert told_of == [403, 429]


def test_no_error_repeats_what_a_person_wrote(app: Caller) -> None:
    answer = app.post(**{**MATTER, "description": "张三丰13812348000" * 400})
    assert "张三丰" not in answer.content.decode()
