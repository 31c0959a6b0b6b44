"""Where it is and whether it was told already, in a browser: map, pin, datum, likeness, following."""

import math
from collections.abc import Callable

import prcoords
import pytest
from playwright.sync_api import Page, Route, expect

from grids.datum import to_wgs84
from requests_app.models import Follow, Ticket
from tests.cast import Cast
from tests.plugins.browser import Person
from tests.requests_app.matters import told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

IN_GRID = {"latitude": 36.631, "longitude": 116.931}
AT_HOME = {"geolocation": {**IN_GRID, "accuracy": 30}, "permissions": ["geolocation"]}
SAYS = "[data-map-says]"
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)
"""A picture of one pixel, for every tile."""


def where(someone: Person) -> Page:
    """The form at its second step."""
    page = someone.open("/report/")
    page.fill("[name=description]", "三楼的楼道灯不亮了")
    page.click("[data-next]:visible")
    return page


def open_map(someone: Person) -> Page:
    """The form with its map open."""
    page = where(someone)
    page.click("[data-map-open]")
    page.wait_for_selector(".map path")
    return page


def stored(page: Page) -> tuple[float, float]:
    """The point in the form."""
    latitude, longitude = (page.input_value(f"[name={name}]") for name in IN_GRID)
    return float(latitude), float(longitude)


def tell(someone: Person) -> Page:
    """Say what and where; the third step shows."""
    page = where(someone)
    page.fill("[name=address]", "九区3号楼")
    page.click("[data-next]:visible")
    return page


# --- the map -----------------------------------------------------------------------------
def test_the_first_page_fetches_no_map(phone: Person, cast: Cast) -> None:
    fetched: list[str] = []
    phone.page.on("request", lambda request: fetched.append(request.url))
    phone.open("/report/")
    assert [url for url in fetched if "leaflet" in url or "places" in url] == []


def test_a_pin_shows_its_grid_and_the_ticket_goes_there(phone: Person, cast: Cast) -> None:
    page = open_map(phone)
    third = page.locator("path.map-grid").nth(2).bounding_box()
    assert third
    page.touchscreen.tap(third["x"] + third["width"] / 2, third["y"] + third["height"] / 2)
    expect(page.locator(SAYS)).to_have_text("这里由九区社区第三网格负责。")
    assert phone.barriers() == []
    page.click("[data-next]:visible")
    page.check("[name=consent]")
    page.click("[data-send]")
    page.wait_for_url("**/t/**")
    assert Ticket.objects.get().grid == cast.grid


def test_without_the_server_the_boundaries_name_the_grid(phone: Person, cast: Cast) -> None:
    page = open_map(phone)
    phone.context.set_offline(True)
    third = page.locator("path.map-grid").nth(2).bounding_box()
    assert third
    page.touchscreen.tap(third["x"] + third["width"] / 2, third["y"] + third["height"] / 2)
    expect(page.locator(SAYS)).to_have_text("九区社区第三网格")


def test_the_pin_is_set_by_keyboard_and_taken_away(person: Callable[..., Person], cast: Cast) -> None:
    someone = person()
    page = open_map(someone)
    page.focus("[data-map-canvas]")
    page.keyboard.press("ArrowUp")
    page.wait_for_timeout(400)
    page.focus("[data-map-center]")
    page.keyboard.press("Enter")
    expect(page.locator(".map-pin")).to_be_visible()
    page.click("[data-map-remove]")
    expect(page.locator(".map-pin")).to_have_count(0)
    assert page.input_value("[name=latitude]") == ""


def test_the_phones_own_position_sets_the_pin(person: Callable[..., Person], cast: Cast) -> None:
    someone = person(color_scheme="dark", **AT_HOME)
    someone.elder()
    page = where(someone)
    page.click("[data-map-me]")
    expect(page.locator(SAYS)).to_have_text("这里由九区社区第三网格负责。（误差约 30 米）")
    expect(page.locator(".map-pin")).to_be_visible()
    assert stored(page) == (36.631, 116.931)
    assert someone.barriers() == []


def test_a_draft_that_comes_back_shows_its_pin(phone: Person, cast: Cast) -> None:
    page = where(phone)
    page.evaluate(
        "([latitude, longitude]) => { const fields = document.querySelector('main form').elements;"
        "fields.latitude.value = latitude; fields.longitude.value = longitude;"
        "fields.longitude.dispatchEvent(new Event('change', {bubbles: true})); }",
        [36.631, 116.931],
    )
    expect(page.locator(SAYS)).to_have_text("这里由九区社区第三网格负责。")
    page.click("[data-map-open]")
    expect(page.locator(".map-pin")).to_be_visible()


def test_a_refused_position_is_no_dead_end(person: Callable[..., Person], cast: Cast) -> None:
    page = where(person(permissions=[]))
    page.click("[data-map-me]")
    expect(page.locator(SAYS)).to_contain_text("不要紧")


def test_a_map_that_does_not_come_says_so_and_may_be_tried_again(phone: Person, cast: Cast) -> None:
    page = where(phone)
    phone.context.set_offline(True)
    page.click("[data-map-open]")
    expect(page.locator(SAYS)).to_contain_text("地图没有打开")
    phone.context.set_offline(False)
    page.click("[data-map-open]")
    expect(page.locator(".map path").first).to_be_visible()


def test_without_javascript_nothing_of_the_map_shows(person: Callable[..., Person], cast: Cast) -> None:
    page = person(java_script_enabled=False).open("/report/")
    expect(page.locator("[data-map]")).to_be_hidden()
    expect(page.locator("[name=address]")).to_be_visible()


# --- tiles of another datum --------------------------------------------------------------
POINTS = [(36.631, 116.931), (36.64, 116.95), (39.9, 116.4), (22.5, 114.06), (31.2, 121.5), (43.8, 87.6)]


def test_the_browser_converts_like_the_server(phone: Person, cast: Cast) -> None:
    page = phone.open("/")
    page.add_script_tag(url="/static/js/datum.js")
    for point in POINTS:
        shifted = page.evaluate("point => wangguanDatum.toGcj(...point)", point)
        back = page.evaluate("point => wangguanDatum.toWgs(...point)", shifted)
        assert shifted == pytest.approx(tuple(prcoords.wgs_gcj(point)), abs=1e-11)
        assert back == pytest.approx(to_wgs84(*shifted, datum="gcj02"), abs=1e-8)
        assert back == pytest.approx(point, abs=1e-8)


def tile_of(latitude: float, longitude: float, zoom: int) -> str:
    """The tile that holds a point, as its address ends."""
    radians = math.radians(latitude)
    across = (longitude + 180) / 360 * 2**zoom
    down = (1 - math.asinh(math.tan(radians)) / math.pi) / 2 * 2**zoom
    return f"/{zoom}/{int(across)}/{int(down)}.png"


def over_tiles(page: Page, *, datum: str) -> list[str]:
    """Lay tiles of a datum under the map, as the settings would; the list fills with what is fetched."""
    fetched: list[str] = []

    def tile(route: Route) -> None:
        fetched.append(route.request.url)
        route.fulfill(body=DOT, content_type="image/png")

    def form(route: Route) -> None:
        page = route.fetch().text().replace('data-tiles=""', 'data-tiles="/tiles/{z}/{x}/{y}.png"')
        page = page.replace('data-datum="wgs84"', f'data-datum="{datum}"')
        route.fulfill(
            body=page.replace('data-attribution=""', 'data-attribution="高德"'), content_type="text/html"
        )

    page.route("**/tiles/**", tile)
    page.route("**/report/", form)
    return fetched


def test_over_gcj02_tiles_all_is_shifted_and_the_pin_stays_wgs84(
    person: Callable[..., Person], cast: Cast
) -> None:
    someone = person(**AT_HOME)
    fetched = over_tiles(someone.page, datum="gcj02")
    page = where(someone)
    page.click("[data-map-me]")
    expect(page.locator(SAYS)).to_contain_text("九区社区第三网格")
    expect(page.locator(".leaflet-control-attribution")).to_have_text("高德")
    assert stored(page) == (36.631, 116.931)
    shifted = prcoords.wgs_gcj((36.631, 116.931))
    wanted = tile_of(shifted.lat, shifted.lon, 17)
    page.wait_for_timeout(300)
    assert [url for url in fetched if url.endswith(wanted)] != []
    page.click("[data-map-center]")
    assert stored(page) == pytest.approx((36.631, 116.931), abs=2e-5)


# --- was it told already -----------------------------------------------------------------
def test_the_like_is_shown_and_followed(phone: Person, cast: Cast) -> None:
    ticket = told(cast, may_publish=True)
    page = tell(phone)
    page.fill("[name=contact_phone]", "13900000001")
    page.click(f"[data-same='{ticket.number}']")
    page.wait_for_url("**/f/**")
    assert (Follow.objects.get().phone, Ticket.objects.get().voices) == ("13900000001", 1)
    assert phone.barriers() == []
    page.click("text=不再关注")
    expect(page.locator("main")).to_contain_text("您已不再关注这件事")
    assert Follow.objects.get().phone == ""


def test_what_became_a_voice_leaves_no_draft(phone: Person, cast: Cast) -> None:
    ticket = told(cast, may_publish=True)
    page = tell(phone)
    page.click(f"[data-same='{ticket.number}']")
    page.wait_for_url("**/f/**")
    assert phone.open("/report/").input_value("[name=description]") == ""


def test_mine_is_different_goes_on(phone: Person, cast: Cast) -> None:
    told(cast, may_publish=True)
    page = tell(phone)
    page.wait_for_selector("[data-same]")
    assert phone.barriers() == []
    page.click("[data-different]")
    expect(page.locator("[data-similar]")).to_be_hidden()
    expect(page.locator("[name=contact_phone]")).to_be_focused()


def test_nothing_is_asked_before_the_third_step(phone: Person, cast: Cast) -> None:
    told(cast, may_publish=True)
    page = where(phone)
    page.fill("[name=address]", "九区3号楼")
    page.locator("[name=address]").blur()
    page.wait_for_timeout(300)
    expect(page.locator("[data-same]")).to_have_count(0)


def test_without_javascript_the_like_stands_on_the_tickets_page(
    person: Callable[..., Person], cast: Cast
) -> None:
    first = told(cast, may_publish=True)
    page = person(java_script_enabled=False).open("/report/")
    page.fill("[name=description]", "三楼的楼道灯不亮了")
    page.fill("[name=address]", "九区3号楼")
    page.check("[name=consent]")
    page.click("[data-send]")
    page.click("text=也关注这件")
    page.wait_for_url("**/f/**")
    assert (Follow.objects.get().ticket, Ticket.objects.count()) == (first, 2)


def test_what_this_device_follows_is_a_page(person: Callable[..., Person], cast: Cast) -> None:
    someone = person(color_scheme="dark")
    someone.elder()
    assert someone.open("/following/").locator(".empty").is_visible()
    assert someone.barriers() == []


# --- somebody else's pin -----------------------------------------------------------------
def test_a_place_is_looked_at_on_the_map(phone: Person, cast: Cast) -> None:
    phone.sign_in(cast.worker)
    page = phone.open("/styleguide/")
    page.click("[data-map-open]")
    expect(page.locator(".map-pin")).to_be_visible()
    page.click("[data-map-open]")
    expect(page.locator(".map")).to_be_hidden()
