"""A boundary drawn and a grid renumbered in a real browser: wrong is said at once, open goes along."""

from collections.abc import Callable

import pytest

from grids.models import Grid
from requests_app.models import Ticket
from tests.cast import Cast
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
    page.locator(".boundary-wrong").wait_for()
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
