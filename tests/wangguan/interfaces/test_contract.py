"""The contract is written down as it is, and every operation keeps it, whatever it is sent."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.result import Ok

from grids.models import Role
from requests_app.categories import load_categories
from requests_app.services import staff, take
from requests_app.statistics.services import roll
from tests.cast import Cast
from tests.factories import make_department, make_user
from tests.partybuilding.claims.scene import TWO, claimed, hall, need, unit
from tests.requests_app.matters import accepted, answered, told
from tests.requests_app.whistles.scene import Scene, climbed
from tests.residents.factories import make_household, make_visit
from tests.wangguan.interfaces.caller import key_of
from tests.wangguan.test_photos import encoded, picture
from wangguan.interfaces import contract

FILE = Path(django_settings.BASE_DIR) / "docs" / "openapi.yaml"
WRITTEN: dict[str, Any] = json.loads(contract.written("en", "json"))
EXAMPLES = 10
"""Requests to each operation that keep to the contract, and as many that break it."""
KEPT = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance"),
    *("response_headers_conformance", "response_schema_conformance"),
)


def served(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The portal as a web server asks it: every answer is read to its end and closed."""
    answer = APP(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


APP: Any = get_wsgi_application()
load_all_checks()
SCHEMA = schemathesis.openapi.from_dict(WRITTEN)
SCHEMA.app = served
FOUND = (found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok))
OPERATIONS = {operation.definition.raw["operationId"]: operation for operation in FOUND}


# --- the file ----------------------------------------------------------------------------
def test_contract_in_docs_is_current() -> None:
    """`.venv/bin/python manage.py spectacular --lang en --file docs/openapi.yaml` brings it up to date."""
    assert FILE.read_bytes() == contract.written("en", "yaml")


def test_contract_is_valid() -> None:
    assert WRITTEN["openapi"] == "3.1.1"
    assert list(OpenAPIV31SpecValidator(WRITTEN).iter_errors()) == []


def test_contract_leaves_nothing_to_guess(capfd: pytest.CaptureFixture[str]) -> None:
    contract.written.__wrapped__("en", "json")

    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("name", OPERATIONS)
def test_operation_is_described_with_its_refusals(name: str) -> None:
    raw = OPERATIONS[name].definition.raw

    assert raw["summary"]
    assert raw["description"]
    assert raw["tags"]
    assert {"401", "403", "429"} <= set(raw["responses"])
    assert raw["security"][0]["key"], "no scope"


# --- the operations ----------------------------------------------------------------------
@pytest.fixture
def one_connection() -> Iterator[None]:
    """What a web server does between requests would close the connection that the test looks through.

    After the last request of Django's own client, which connects it again.
    """
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def scene(cast: Cast) -> dict[str, Any]:
    """What path parameters may name, and the headers of a dispatcher's key."""
    tickets = [told(cast), accepted(cast), answered(cast)]
    take(tickets[1], "request_extension", by=staff(cast.worker), hours=24, note="等配件")
    _key, text = key_of(cast.dispatcher, requests_a_minute=1_000_000)
    client = Client(headers={"Authorization": f"Bearer {text}"})
    photo = SimpleUploadedFile("x.jpg", encoded(picture(), "JPEG"), "image/jpeg")
    rows = client.post(f"/api/v1/tickets/{tickets[1].number}/attachments/", {"photos": [photo]}).json()
    return {
        "headers": {"Authorization": f"Bearer {text}"},
        "number": [ticket.number for ticket in tickets],
        "photo_id": [rows[0]["id"]],
        **resources(cast),
    }


def resources(cast: Cast) -> dict[str, Any]:
    """Rows of every other list, and what names them."""
    department = make_department(code="market")
    calls = Scene(cast, climbed(cast), department, make_user(post=Role.DEPARTMENT_STAFF, at=department))
    items = [need(cast, shares=2), need(cast, sort="project"), hall(cast, unit(cast))]
    claimed(items[0], unit(cast, "社区医院", phone=TWO))
    make_visit(household=make_household(building=cast.building), by=cast.worker)
    load_categories()
    roll()
    return {
        "code": [cast.grid.code, cast.grid_far.code],
        "whistle_number": [calls.rated().number, calls.drafted(knows_other=True).number],
        "item_id": [item.pk for item in items],
    }


@pytest.mark.django_db
@pytest.mark.parametrize("name", OPERATIONS)
def test_operation_keeps_the_contract_whatever_it_is_sent(
    name: str, scene: dict[str, Any], one_connection: None
) -> None:
    operation = OPERATIONS[name]
    checks: list[Any] = [check for check in CHECKS.get_all() if check.__name__ in KEPT]
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    strategies = [operation.as_strategy(generation_mode=mode) for mode in modes]

    @settings(
        max_examples=2 * EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(strategies), data=st.data())
    def tries(case: schemathesis.Case, data: st.DataObject) -> None:
        for parameter in case.path_parameters or {}:
            if parameter in scene and data.draw(st.integers(0, 3)):
                case.path_parameters[parameter] = data.draw(st.sampled_from(scene[parameter]))
        response = case.call(headers=scene["headers"])
        case.validate_response(response, checks=checks)

    tries()
