"""The map's templates: the tile layer of the settings, and the way to a place."""

from django.template.loader import render_to_string
from pytest_django import Settings

from requests_app.templatetags.maps import going


def test_map_names_the_tile_layer_of_the_settings(settings: Settings) -> None:
    settings.TILE_URL, settings.TILE_DATUM = "https://tiles.example/{z}/{x}/{y}.png", "gcj02"
    part = render_to_string("parts/where_map.html")
    assert 'data-tiles="https://tiles.example/{z}/{x}/{y}.png"' in part
    assert 'data-datum="gcj02"' in part


def test_map_is_hidden_until_its_script_runs() -> None:
    opening = render_to_string("parts/where_map.html").partition(">")[0]
    assert opening.split()[-1] == "hidden"


def test_going_opens_the_phones_own_map() -> None:
    assert going(36.631, 116.931) == "geo:36.631000,116.931000?q=36.631000,116.931000"


def test_going_follows_the_settings(settings: Settings) -> None:
    settings.MAP_LINK = "https://map.example/?to={longitude},{latitude}"
    assert going(36.631, 116.931) == "https://map.example/?to=116.931000,36.631000"


def test_a_place_to_look_at_carries_its_point() -> None:
    part = render_to_string("parts/map_view.html", {"latitude": 36.5, "longitude": 116.25})
    assert 'data-latitude="36.5" data-longitude="116.25"' in part
