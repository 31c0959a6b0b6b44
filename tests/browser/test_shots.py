from collections.abc import Callable
import pytest
from tests.cast import Cast
from tests.plugins.browser import Person
from tests.requests_app.matters import told, accepted
from tests.browser.test_near import IN_GRID, tell, over_tiles
from requests_app.services import staff, take

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_look(phone: Person, cast: Cast, person: Callable[..., Person]) -> None:
    phone.context.grant_permissions(["geolocation"])
    phone.context.set_geolocation({**IN_GRID, "accuracy": 30})
    p = phone.open("/report/")
    p.click("[data-map-me]")
    p.wait_for_selector(".map-pin")
    p.wait_for_timeout(800)
    p.locator("[data-map]").screenshot(path=".data/shots/map.png")
    over_tiles(phone.page, datum="gcj02")
    p = phone.open("/report/")
    p.click("[data-map-me]")
    p.wait_for_selector(".map-pin")
    p.wait_for_timeout(800)
    p.locator("[data-map]").screenshot(path=".data/shots/map-tiles.png")
    phone.page.unroute("**/report/")
    t = accepted(cast, may_publish=True, address="九区3号楼2单元", **IN_GRID)
    told(
        cast,
        may_publish=True,
        description="三单元的楼道灯也不亮了，我妈摸黑下楼差点摔着，什么时候能换上新的灯泡？最好换成声控的",
        contact_phone="13800000098",
        **IN_GRID,
    )
    dark = person(color_scheme="dark")
    dark.elder()
    for someone, name in ((phone, "like"), (dark, "like-dark")):
        p = someone.open("/report/")
        tell(p)
        p.wait_for_selector("[data-same]")
        p.evaluate("document.querySelectorAll('.top,.bottom-nav').forEach(e=>e.remove())")
        someone.page.locator("[data-similar]").screenshot(path=f".data/shots/{name}.png")
        p.click("[data-same] >> nth=1")
        p.wait_for_url("**/f/**")
        someone.shoot(name + "-followed")
    take(t, "resolve", by=staff(cast.worker), answer="好了。")
    p = phone.open("/following/")
    phone.shoot("following")
    p.click(".rows .row")
    phone.shoot("followed-answered")
