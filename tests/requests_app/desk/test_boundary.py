"""A boundary drawn in the office: checked, saved, logged, and never over somebody else's."""

import json
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from grids.models import Grid
from tests.cast import Cast
from tests.factories import square

pytestmark = pytest.mark.django_db


def _page(grid: Grid) -> str:
    return f"/admin/territory/{grid.code}/boundary/"


def _save(client: Client, grid: Grid, boundary: Any, seen: str = "") -> Any:
    seen = seen or client.get(_page(grid)).context["seen"]
    return client.post(_page(grid), {"boundary": json.dumps(boundary), "seen": seen})


@pytest.fixture
def office(client: Client, cast: Cast) -> Client:
    client.force_login(cast.dispatcher)
    return client


def test_a_boundary_is_saved_and_logged(office: Client, cast: Cast) -> None:
    smaller = square(116.930, 36.630, 0.0015)
    assert _save(office, cast.grid, smaller).status_code == 303
    cast.grid.refresh_from_db()
    assert cast.grid.boundary == smaller
    assert "boundary" in LogEntry.objects.get().change_message


def test_one_that_overlaps_its_neighbour_is_refused_by_name(office: Client, cast: Cast) -> None:
    wide = square(116.930, 36.630, 0.0035)
    refused = _save(office, cast.grid, wide)
    assert refused.status_code == 422
    assert cast.grid_beside.name in refused.content.decode()
    assert json.dumps(wide) in refused.context["written"]
    cast.grid.refresh_from_db()
    assert cast.grid.boundary != wide


@pytest.mark.parametrize("typed", ["{", "[1, 2]", '"x"', '{"type": "Point", "coordinates": [1, 2]}'])
def test_what_is_no_boundary_is_refused_and_kept(office: Client, cast: Cast, typed: str) -> None:
    seen = office.get(_page(cast.grid)).context["seen"]
    refused = office.post(_page(cast.grid), {"boundary": typed, "seen": seen})
    assert (refused.status_code, refused.context["written"]) == (422, typed)


def test_two_who_draw_at_once_learn_of_each_other(office: Client, cast: Cast) -> None:
    seen = office.get(_page(cast.grid)).context["seen"]
    _save(office, cast.grid, square(116.930, 36.630, 0.0015))
    late = _save(office, cast.grid, square(116.930, 36.630, 0.001), seen)
    assert late.status_code == 409
    assert _save(office, cast.grid, square(116.930, 36.630, 0.001), late.context["seen"]).status_code == 303


def _look(client: Client, grid: Grid, boundary: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.post(f"{_page(grid)}check/", {"boundary": boundary}).json()
    return answer


def test_a_boundary_is_looked_at_before_it_is_saved(office: Client, cast: Cast) -> None:
    wide = _look(office, cast.grid, json.dumps(square(116.930, 36.630, 0.003)))
    assert len(wide["wrong"]) == 1
    assert cast.grid_beside.name in wide["wrong"][0]


def test_a_boundary_that_is_well_says_its_size(office: Client, cast: Cast) -> None:
    seen = _look(office, cast.grid, json.dumps(cast.grid.boundary))
    assert seen["wrong"] == []
    assert "4.0" in seen["size"]


@pytest.mark.parametrize(("typed", "wrongs"), [("", 0), ("{", 1), ("7", 1)])
def test_what_is_no_boundary_yet_is_looked_at_too(
    office: Client, cast: Cast, typed: str, wrongs: int
) -> None:
    seen = _look(office, cast.grid, typed)
    assert (len(seen["wrong"]), seen["size"]) == (wrongs, "")


@pytest.mark.parametrize("who", ["community", "section", "auditor", "worker"])
def test_others_draw_nothing(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(_page(cast.grid)).status_code == 403
    assert client.post(_page(cast.grid), {"boundary": "{}"}).status_code == 403
    assert client.post(f"{_page(cast.grid)}check/", {"boundary": "{}"}).status_code == 403


def test_a_unit_that_is_not_there_is_not_found(office: Client) -> None:
    assert office.get("/admin/territory/370103015005999/boundary/").status_code == 404
    assert office.get("/admin/territory/370103015099/boundary/").status_code == 404
