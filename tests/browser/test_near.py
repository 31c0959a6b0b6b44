"""Where it is, in a browser: the map, the pin, the phone's own position, tiles of another datum."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.cast import Cast
from tests.plugins.browser import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

IN_GRID = {"latitude": 36.631, "longitude": 116.931}


def open_map(someone: Person) -> Page:
    """The form with its map open."""
    page = someone.open("/report/")
    page.click("[data-map-open]")
    page.wait_for_selector(".map path")
    return page


def test_look(phone: Person, cast: Cast, person: Callable[..., Person]) -> None:
    page = open_map(phone)
    page.wait_for_timeout(600)
    phone.shoot("map")
    assert phone.barriers() == []
    page.click("[data-map-center]")
    page.wait_for_timeout(600)
    phone.shoot("map-pin")
    assert phone.barriers() == []
    dark = person(color_scheme="dark")
    dark.elder()
    p = open_map(dark)
    p.click("[data-map-center]")
    p.click(".leaflet-control-zoom-in")
    p.click(".leaflet-control-zoom-in")
    p.wait_for_timeout(600)
    dark.shoot("map-dark-elder")
    assert dark.barriers() == []
