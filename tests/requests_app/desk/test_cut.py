"""Where a grid is cut, looked at while it is drawn."""

import json
from typing import Any

import pytest
from django.test import Client

from grids.models import Building, Grid
from tests.cast import Cast
from tests.factories import make_building, square

pytestmark = pytest.mark.django_db
DOWN = {"type": "LineString", "coordinates": [[116.9308, 36.629], [116.9308, 36.633]]}
BESIDE = {"type": "LineString", "coordinates": [[116.950, 36.629], [116.950, 36.633]]}


@pytest.fixture
def office(client: Client, cast: Cast) -> Client:
    client.force_login(cast.dispatcher)
    return client


@pytest.fixture
def second(cast: Cast) -> Building:
    """The cast's building lies in the west of its grid, this one in the east."""
    Building.objects.filter(pk=cast.building.pk).update(latitude=36.631, longitude=116.9305)
    return make_building(grid=cast.grid, address="九区4号楼", latitude=36.631, longitude=116.9315)


def _page(grid: Grid) -> str:
    return f"/admin/territory/{grid.code}/split/"


def _look(client: Client, grid: Grid, drawing: Any = "", **more: Any) -> dict[str, Any]:
    typed = drawing if isinstance(drawing, str) else json.dumps(drawing)
    answer: dict[str, Any] = client.post(f"{_page(grid)}check/", {"drawing": typed, **more}).json()
    return answer


def test_a_line_says_what_each_part_takes(office: Client, cast: Cast, second: Building) -> None:
    seen = _look(office, cast.grid, DOWN)

    assert seen["wrong"] == []
    assert [line for line in seen["size"].splitlines() if "1.6" in line or "2.4" in line]
    assert seen["goes"]["type"] == "Polygon"


def test_the_other_side_is_looked_at_when_asked(office: Client, cast: Cast, second: Building) -> None:
    smaller, larger = (_look(office, cast.grid, DOWN, **more) for more in ({}, {"other_side": "on"}))

    assert smaller["goes"] != larger["goes"]


def test_buildings_alone_are_looked_at_too(office: Client, cast: Cast, second: Building) -> None:
    seen = _look(office, cast.grid, buildings=[second.pk])

    assert seen["wrong"] == []
    assert seen["goes"]["type"] == "Polygon"


def test_before_anything_is_drawn_nothing_is_wrong(office: Client, cast: Cast) -> None:
    assert _look(office, cast.grid) == {"wrong": [], "size": ""}


def test_a_grid_of_two_arms_may_be_cut_into_parts(office: Client, cast: Cast, second: Building) -> None:
    arms = [[0, 0], [20, 0], [20, 20], [15, 20], [15, 10], [5, 10], [5, 20], [0, 20], [0, 0]]
    ring = [[116.930 + x / 10_000, 36.630 + y / 10_000] for x, y in arms]
    Grid.objects.filter(pk=cast.grid.pk).update(boundary={"type": "Polygon", "coordinates": [ring]})
    Building.objects.filter(pk=second.pk).update(latitude=36.6318, longitude=116.9318)
    over = {"type": "LineString", "coordinates": [[116.929, 36.6315], [116.933, 36.6315]]}

    assert len(_look(office, cast.grid, over)["size"].splitlines()) == 3


@pytest.mark.parametrize("drawing", ["{", "[1, 2]", "7", BESIDE, {"type": "LineString", "coordinates": "no"}])
def test_what_does_not_cut_is_said_in_one_sentence(office: Client, cast: Cast, drawing: Any) -> None:
    assert len(_look(office, cast.grid, drawing)["wrong"]) == 1


def test_a_side_without_a_building_is_said(office: Client, cast: Cast, second: Building) -> None:
    Building.objects.filter(pk=second.pk).update(longitude=116.9304)

    assert len(_look(office, cast.grid, DOWN, other_side="on")["wrong"]) == 1


def test_a_refused_line_stays_in_the_form(office: Client, cast: Cast) -> None:
    page = office.get(_page(cast.grid))
    typed = {name: page.context["form"].initial[name] for name in ("key", "number", "name")}

    refused = office.post(_page(cast.grid), {**typed, "drawing": json.dumps(BESIDE), "reason": "户数过多"})

    assert refused.status_code == 422
    assert len(refused.context["form"].errors["drawing"]) == 1
    assert json.loads(refused.context["form"]["drawing"].value()) == BESIDE


def test_a_grid_without_a_boundary_is_split_by_its_buildings(office: Client, cast: Cast) -> None:
    Grid.objects.filter(pk=cast.grid.pk).update(boundary=None)

    page = office.get(_page(cast.grid))

    assert "drawing" not in page.context["form"].fields
    assert f"/admin/territory/{cast.grid.code}/boundary/" in page.content.decode()


def test_a_damaged_boundary_leaves_the_form_without_a_map(office: Client, cast: Cast) -> None:
    Grid.objects.filter(pk=cast.grid.pk).update(boundary={**square(116.93, 36.63), "coordinates": [[1, 2]]})

    assert "ground" not in office.get(_page(cast.grid)).context
    assert len(_look(office, cast.grid, DOWN)["wrong"]) == 1


@pytest.mark.parametrize("who", ["community", "section", "auditor", "worker"])
def test_others_look_at_no_cut(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))

    assert client.post(f"{_page(cast.grid)}check/", {"drawing": json.dumps(DOWN)}).status_code == 403
