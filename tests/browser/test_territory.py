"""A boundary and a cut drawn, a grid renumbered in a real browser: wrong is said at once, open goes along."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from grids.locate import Place
from grids.models import Building, Grid
from requests_app.models import Ticket
from tests.cast import Cast
from tests.factories import make_building
from tests.plugins.browser import DESK, PHONE, Person
from tests.requests_app.matters import accepted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_corner_over_the_neighbour_is_said_at_once_and_refused(
    person: Callable[..., Person], cast: Cast
) -> None:
    office = person(viewport=DESK)
    office.sign_in(cast.dispatcher)
    page = office.open(f"/admin/territory/{cast.grid.code}/boundary/")
    page.locator("[data-map-open]").click()
    page.locator(".leaflet-editing-icon").first.wait_for()
    page.get_by_text("角点列表").click()
    first = page.locator("[data-corners] li").nth(1).locator("input").nth(1)
    first.fill("116.9335")
    first.press("Tab")
    page.locator(".drawing-wrong").wait_for()
    assert cast.grid_beside.name in page.locator("[data-verdict]").inner_text()
    office.shoot("boundary")
    assert office.barriers() == []
    page.get_by_role("button", name="保存边界").click()
    page.locator(".notice-error").first.wait_for()
    page.locator("[data-corners] li").first.wait_for(state="attached")
    stored = Grid.objects.get(pk=cast.grid.pk).boundary
    assert stored == cast.grid.boundary


def test_taking_back_gives_the_former_corner(person: Callable[..., Person], cast: Cast) -> None:
    office = person(viewport=PHONE)
    office.sign_in(cast.dispatcher)
    page = office.open(f"/admin/territory/{cast.grid.code}/boundary/")
    before = page.locator("#boundary").input_value()
    page.get_by_text("角点列表").click()
    page.locator("[data-corners] li").first.locator("[data-after]").click()
    assert page.locator("[data-corners] li").count() == 5
    page.locator("[data-undo]").click()
    assert page.locator("[data-corners] li").count() == 4
    assert page.locator("#boundary").input_value() == before
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_grid_is_renumbered_with_its_open_matters(person: Callable[..., Person], cast: Cast) -> None:
    ticket = accepted(cast)
    office = person(viewport=DESK)
    office.sign_in(cast.dispatcher)
    page = office.open("/admin/territory/")
    assert office.barriers() == []
    page.locator(f"a[href='/admin/territory/{cast.grid.code}/renumber/']").click()
    page.locator("[name=number]").fill("009")
    page.locator("[name=reason]").fill("重新编号")
    page.locator("main form button[type=submit]").click()
    page.locator("button[name=confirm]").click()
    page.wait_for_url("**/admin/territory/changes/**")
    moved = Ticket.objects.get(pk=ticket.pk)
    assert moved.grid_id == Grid.objects.get(code="370103015005009").pk
    assert "370103015005009" in moved.held_by


@pytest.fixture
def split(cast: Cast) -> str:
    """The page that splits the cast's grid; one of its buildings lies in the west, one in the east."""
    Building.objects.filter(pk=cast.building.pk).update(latitude=36.6305, longitude=116.9303)
    make_building(grid=cast.grid, address="九区4号楼", latitude=36.6315, longitude=116.9316)
    return f"/admin/territory/{cast.grid.code}/split/"


def _drawn(page: Page) -> list[list[float]]:
    return json.loads(page.locator("#id_drawing").input_value())["coordinates"]


def _tap(page: Page, *spots: tuple[float, float]) -> None:
    """Set corners with the pen at these parts of the map's width and height."""
    canvas = page.locator("[data-map-canvas]")
    canvas.evaluate("map => map.scrollIntoView({ block: 'center' })")
    box = canvas.bounding_box()
    assert box
    corners = page.locator(".leaflet-marker-pane .leaflet-editing-icon")
    for x, y in spots:
        before = corners.count()
        page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
        expect(corners).to_have_count(before + 1)
        page.wait_for_timeout(200)  # so long the pen may take two taps for one


def _preview(page: Page) -> str:
    page.locator("[name=reason]").fill("户数过多")
    page.locator("main form button[type=submit]").click()
    page.locator("button[name=confirm]").wait_for()
    return page.locator("main .facts").inner_text()


def _in_building(cast: Cast, building: Building) -> Ticket:
    return accepted(cast, place=Place(cast.grid, cast.community_unit, building, how="building"))


def test_a_grid_with_open_matters_is_cut_with_the_mouse(
    person: Callable[..., Person], cast: Cast, split: str
) -> None:
    east = Building.objects.get(address="九区4号楼")
    stays, goes = _in_building(cast, cast.building), _in_building(cast, east)
    office = person(viewport=DESK)
    office.sign_in(cast.dispatcher)
    page = office.open(split)
    page.locator("[data-anew]").click()
    page.locator(".leaflet-mouse-marker").wait_for(state="attached")
    _tap(page, (0.5, 0.02), (0.55, 0.5), (0.5, 0.98))
    page.locator("[data-undo]").click()
    _tap(page, (0.5, 0.98))
    page.locator("[data-finish]").click()
    page.locator("path.map-part").wait_for(state="attached")
    assert len(_drawn(page)) == 3
    office.shoot("split-mouse")
    assert office.barriers() == []
    assert "2" in _preview(page)
    page.locator("button[name=confirm]").click()
    page.wait_for_url("**/admin/territory/changes/**")
    new = Building.objects.get(pk=east.pk).grid
    assert new != cast.grid
    assert [Ticket.objects.get(pk=ticket.pk).grid for ticket in (stays, goes)] == [cast.grid, new]


def test_a_grid_is_cut_with_the_keyboard(person: Callable[..., Person], cast: Cast, split: str) -> None:
    office = person(viewport=DESK)
    office.sign_in(cast.dispatcher)
    page = office.open(split)
    page.locator("[data-across]").press("Enter")
    page.locator(".drawing summary").press("Enter")
    start = _drawn(page)
    page.locator("[data-corners] input").nth(1).press("PageDown")
    assert _drawn(page)[0][0] == pytest.approx(start[0][0] - 0.0001)
    page.locator("[data-corners] [data-after]").last.press("Enter")
    assert len(_drawn(page)) == 3
    page.locator("[data-corners] button:not([data-after])").last.press("Enter")
    page.locator("[data-undo]").press("Enter")
    assert len(_drawn(page)) == 3
    page.locator("path.map-part").wait_for(state="attached")
    office.shoot("split-keys")
    assert office.barriers() == []
    _preview(page)


def test_a_line_that_does_not_cut_is_said_and_stays(
    person: Callable[..., Person], cast: Cast, split: str
) -> None:
    office = person()
    office.sign_in(cast.dispatcher)
    page = office.open(split)
    short = {"type": "LineString", "coordinates": [[116.9305, 36.6305], [116.9306, 36.6305]]}
    page.locator("details:has(#id_drawing) summary").click()
    page.locator("#id_drawing").fill(json.dumps(short))
    page.locator("#id_drawing").press("Tab")
    page.locator(".drawing-wrong").wait_for()
    page.locator("[name=reason]").fill("户数过多")
    page.locator("main form button[type=submit]").click()
    page.locator(".field-error").first.wait_for()
    expect(page.locator("[data-map-canvas] path.map-line")).to_be_attached()
    assert _drawn(page) == short["coordinates"]
    office.shoot("split-wrong")
    assert office.barriers() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
