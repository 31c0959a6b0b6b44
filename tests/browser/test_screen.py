"""The wall screen in a browser: two sizes without a scroll bar, and a lost connection that comes back."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from playwright.sync_api import Locator, Page

from requests_app.categories import load_categories
from requests_app.models import Category
from requests_app.screen import services
from requests_app.screen.models import Display
from requests_app.statistics.services import roll
from tests.cast import Cast
from tests.plugins.browser import DESK, Person
from tests.requests_app.matters import accepted, answered, told
from wangguan import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FULL_HD, ULTRA_HD = {"width": 1920, "height": 1080}, {"width": 3840, "height": 2160}
SCROLLS = """() => {
    const page = document.documentElement;
    const hidden = getComputedStyle(document.body).overflow === "hidden";
    const over = [...document.querySelectorAll(".screen, .screen-board > *")].filter(
        part => part.scrollHeight > part.clientHeight + 2 || part.scrollWidth > part.clientWidth + 2);
    return page.scrollHeight > innerHeight || page.scrollWidth > innerWidth || !hidden
        ? "page" : over.map(part => part.className).join();
}"""
STEP_MS, STEPS = 4_000, 40


def wait_long(page: Page, seen: Locator, state: str = "visible") -> None:
    """Let the page's clock run until something is seen (or hidden), in steps that answers keep up with."""
    for _step in range(STEPS):
        if seen.is_visible() == (state == "visible"):
            return
        page.clock.run_for(STEP_MS)
        page.wait_for_timeout(150)
    raise AssertionError(f"not {state} after {STEP_MS * STEPS / 1000:.0f} seconds")


@pytest.fixture
def token(cast: Cast) -> str:
    """A display's token, with something to show."""
    cache.clear()
    load_categories()
    kinds = list(Category.objects.filter(parent__isnull=False).order_by("code")[:8])
    for number, kind in enumerate(kinds):
        told(cast, category=kind, description=f"第{number}处路灯不亮，晚上看不清。")
        accepted(cast, category=kind, description=f"第{number}处井盖松动，车过有响声。")
    for number in range(6):
        answered(cast, category=kinds[0], description=f"第{number}处墙皮脱落。")
    roll()
    token = services.new_token()
    Display.objects.create(name="大厅", token_hash=services.hashed(token), created_by=cast.director)
    return token


@pytest.mark.parametrize("size", [FULL_HD, ULTRA_HD], ids=["1080", "2160"])
def test_it_fits_the_wall(person: Callable[..., Person], token: str, size: dict[str, int]) -> None:
    wall = person(viewport=size)
    page = wall.open(f"/screen/?token={token}")
    wall.shoot(f"screen-{size['height']}")
    assert page.url.endswith("/screen/")
    assert page.evaluate(SCROLLS) == ""
    assert page.evaluate("getComputedStyle(document.querySelector('.screen')).cursor") == "none"
    assert wall.barriers() == []


def test_a_lost_connection_keeps_the_numbers_and_comes_back(
    person: Callable[..., Person], cast: Cast, token: str
) -> None:
    wall = person(viewport=FULL_HD)
    wall.page.clock.install()
    page = wall.open(f"/screen/?token={token}")
    before = page.locator(".screen-flow").inner_text()
    lost = page.locator("[data-lost]")
    page.route("**/screen/part/", lambda route: route.fulfill(status=500))
    wait_long(page, lost)
    wall.shoot("screen-lost")
    assert page.locator(".screen-flow").inner_text() == before
    told(cast, description="又一处路灯不亮。")
    cache.clear()
    page.unroute("**/screen/part/")
    page.route("**/screen/part/", lambda route: route.abort())
    page.clock.run_for(5_000)
    assert lost.is_visible()
    page.unroute("**/screen/part/")
    wait_long(page, lost, "hidden")
    assert page.locator(".screen-flow").inner_text() != before
    assert page.locator("[data-clock]").inner_text().count(":") == 1


def test_a_revoked_display_goes_dark_by_itself(person: Callable[..., Person], cast: Cast, token: str) -> None:
    wall = person(viewport=FULL_HD)
    wall.page.clock.install()
    page = wall.open(f"/screen/?token={token}")
    Display.objects.update(revoked_at=clock.now(), revoked_by=cast.director)
    wait_long(page, page.locator(".screen-dark"))
    assert wall.barriers() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_grid_map_has_no_barriers(
    person: Callable[..., Person], cast: Cast, token: str, scheme: str
) -> None:
    office = person(viewport=DESK, color_scheme=scheme)
    office.sign_in(cast.dispatcher)
    office.open("/admin/map/")
    office.shoot(f"grid-map-{scheme}")
    assert office.barriers() == []
