"""From what somebody tells of a place to who answers for it."""

import logging
from typing import Any

import prcoords
import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from grids import atlas
from grids.addresses import normalise
from grids.datum import BadPoint, to_wgs84
from grids.locate import Place, locate
from grids.models import Building, Grid, QRToken, Road
from tests.cast import Cast
from tests.factories import make_building, make_estate, make_grid, make_qr_token, square
from wangguan import clock

IN_GRID: dict[str, Any] = {"latitude": 36.631, "longitude": 116.931}
IN_COMMUNITY: dict[str, Any] = {"latitude": 36.6335, "longitude": 116.931}
OUTSIDE: dict[str, Any] = {"latitude": 36.7, "longitude": 117.1}


def test_point_lies_in_its_grid(cast: Cast) -> None:
    assert locate(**IN_GRID) == Place(cast.grid, cast.community_unit, how="point")


def test_point_between_grids_goes_to_the_communitys_desk(cast: Cast) -> None:
    assert locate(**IN_COMMUNITY) == Place(community=cast.community_unit, how="point")


def test_point_on_a_common_edge_goes_to_one_grid_always(cast: Cast) -> None:
    assert locate(latitude=36.631, longitude=116.932).grid == cast.grid_beside


def test_point_outside_is_said_kindly(cast: Cast) -> None:
    place = locate(**OUTSIDE)
    assert place == Place(outside=True)
    assert "12345" in place.responsible


def test_point_outside_yields_to_a_known_address(cast: Cast) -> None:
    place = locate(**OUTSIDE, address="九区3号楼")
    assert place == Place(cast.grid, cast.community_unit, cast.building, how="building")


def test_point_keeps_the_building_named_in_its_grid(cast: Cast) -> None:
    assert locate(**IN_GRID, address="九区3号楼").building == cast.building


def test_point_outranks_a_building_elsewhere(cast: Cast) -> None:
    assert locate(latitude=36.631, longitude=116.933, address="九区3号楼").grid == cast.grid_beside


@pytest.mark.django_db
def test_nothing_is_outside_while_no_boundary_is_known() -> None:
    make_grid()
    assert locate(**IN_GRID) == Place()


def test_gcj02_is_converted_when_named(cast: Cast) -> None:
    shifted = prcoords.wgs_gcj((36.6311, 116.9311))
    assert locate(latitude=shifted.lat, longitude=shifted.lon).grid != cast.grid
    assert locate(latitude=shifted.lat, longitude=shifted.lon, datum="gcj02").grid == cast.grid


def test_bd09_is_converted_within_a_metre() -> None:
    shifted = prcoords.wgs_bd((36.6311, 116.9311))
    assert to_wgs84(*shifted, datum="BD-09") == pytest.approx((36.6311, 116.9311), abs=1e-5)


def test_points_beyond_china_are_not_shifted() -> None:
    assert to_wgs84(48.85, 2.35, datum="gcj02") == (48.85, 2.35)


def test_unknown_datum_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadPoint, match="wgs84, cgcs2000, gcj02, bd09"):
        to_wgs84(36.63, 116.93, datum="mars")


@pytest.mark.parametrize(("latitude", "longitude"), [(91, 0), (0, 181), (float("nan"), 0), (float("inf"), 0)])
def test_points_off_the_earth_are_refused(latitude: float, longitude: float) -> None:
    with pytest.raises(BadPoint):
        to_wgs84(latitude, longitude)


def test_token_names_grid_and_building(cast: Cast) -> None:
    code = make_qr_token(building=cast.building)
    assert locate(token=code.token) == Place(cast.grid, cast.community_unit, cast.building, how="token")


def test_token_outranks_the_point(cast: Cast) -> None:
    code = make_qr_token(grid=cast.grid_far)
    assert locate(token=code.token, **IN_GRID).grid == cast.grid_far


def test_revoked_token_is_passed_over(cast: Cast) -> None:
    code = make_qr_token(grid=cast.grid_far, revoked_at=clock.now())
    assert locate(token=code.token, **IN_GRID).grid == cast.grid


def test_tokens_are_unguessable(cast: Cast) -> None:
    tokens = {make_qr_token(grid=cast.grid).token for _ in range(10)}
    assert {len(token) for token in tokens} == {22}


@pytest.mark.parametrize(
    "address",
    [
        "九区3号楼",
        "九区三号楼",
        "九区 3 栋",
        "９区３＃楼",
        "九区三幢2单元501",
        "王官庄九区3号楼",
        "济南市市中区王官庄街道九区3号楼二单元",
        "九区社区3号楼",
        "九区3-2-501",
        "九区3号2单元门口",
        "九区，3号楼",
    ],
)
def test_building_is_known_however_it_is_written(cast: Cast, address: str) -> None:
    assert locate(address=address).building == cast.building


@pytest.mark.parametrize("address", ["十九区3号楼", "九区13号楼", "九区33号楼", "3号楼"])
def test_another_number_is_another_building(cast: Cast, address: str) -> None:
    assert locate(address=address).building is None


def test_longest_building_name_wins(cast: Cast) -> None:
    other = make_building(grid=cast.grid_beside, name="3号楼", address="新九区3号楼")
    assert locate(address="新九区3号楼").building == other


def test_estate_of_one_grid_names_the_grid(cast: Cast) -> None:
    assert locate(address="王官庄九区北门") == Place(cast.grid, cast.community_unit, how="address")


def test_estate_of_two_grids_names_the_community(cast: Cast) -> None:
    estate = cast.building.estate
    make_building(grid=cast.grid_beside, estate=estate, name="9号楼", address="九区9号楼")
    assert locate(address="王官庄九区北门") == Place(community=cast.community_unit, how="address")


def test_road_names_its_community(cast: Cast) -> None:
    Road.objects.create(name="刘长山路", community=cast.community_unit)
    assert locate(address="刘长山路 88 号门前").community == cast.community_unit


def test_road_through_two_communities_names_neither(cast: Cast) -> None:
    for community in (cast.community_unit, cast.community_unit2):
        Road.objects.create(name="刘长山路", community=community)
    assert locate(address="刘长山路") == Place()


def test_grid_name_names_the_grid(cast: Cast) -> None:
    assert locate(address="青龙山社区第1网格垃圾桶旁").grid == cast.grid_far


def test_community_name_without_its_suffix_is_known(cast: Cast) -> None:
    assert locate(address="青龙山菜市场") == Place(community=cast.community_unit2, how="address")


def test_name_of_the_street_names_no_community(cast: Cast) -> None:
    make_estate(community=cast.community_unit2, name="王官庄村")
    assert locate(address="王官庄街道") == Place()


@pytest.mark.parametrize("address", ["", "  ", "我家楼下", "🙂" * 500, "王" * 20_000])
def test_unknown_address_goes_to_the_streets_desk(cast: Cast, address: str) -> None:
    place = locate(address=address)
    assert (place, bool(place.responsible)) == (Place(), True)


def test_changed_boundary_is_seen_at_once(cast: Cast) -> None:
    assert locate(**IN_GRID).grid == cast.grid
    Grid.objects.filter(pk=cast.grid.pk).update(boundary=square(116.90, 36.60))
    assert locate(**IN_GRID).grid is None


def test_change_by_raw_sql_is_seen(cast: Cast) -> None:
    assert locate(address="九区3号楼").building == cast.building
    with connection.cursor() as cursor:
        cursor.execute("UPDATE grids_building SET address = '别处', name = '别处'")
    assert locate(address="九区3号楼").building is None


def test_rollback_brings_the_old_territory_back(cast: Cast) -> None:
    with transaction.atomic():
        Building.objects.update(address="别处", name="别处")
        assert locate(address="九区3号楼").building is None
        transaction.set_rollback(True)
    assert locate(address="九区3号楼").building == cast.building


@pytest.mark.parametrize("hints", [IN_GRID, {"address": "九区3号楼"}, {**OUTSIDE, "address": "九区3号楼"}])
def test_locating_takes_one_query(
    cast: Cast, hints: dict[str, Any], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    atlas.current()
    with django_assert_num_queries(1):
        place = locate(**hints)
        assert place.community
        assert place.community.street.name


def test_caller_may_change_what_was_found(cast: Cast) -> None:
    first, again = locate(**IN_GRID).grid, locate(**IN_GRID).grid
    assert first
    assert first == again
    assert first is not again


def test_damaged_boundary_does_not_stop_locating(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    Grid.objects.filter(pk=cast.grid_far.pk).update(boundary={"type": "Polygon", "coordinates": [[1, 2]]})
    with caplog.at_level(logging.WARNING):
        assert locate(**IN_GRID).grid == cast.grid
    assert cast.grid_far.code in caplog.text


def test_scans_of_a_code_are_counted(cast: Cast) -> None:
    code = make_qr_token(grid=cast.grid)
    for _ in range(2):
        QRToken.objects.count_scan(code.token)
    code.refresh_from_db()
    assert code.scans == 2


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("十区２０栋", "10区20号楼"),
        ("一百二十号楼", "120号楼"),
        ("二十三幢", "23号楼"),
        ("一二三号楼", "123号楼"),
        ("A 座、B座", "a座b座"),
        ("西十里河", "西10里河"),
    ],
)
def test_addresses_have_one_spelling(written: str, meant: str) -> None:
    assert normalise(written) == meant


@pytest.mark.parametrize("half", [{"latitude": 36.63}, {"longitude": 116.94}])
def test_a_building_has_a_whole_point_or_none(cast: Cast, half: dict[str, float]) -> None:
    given = {"latitude": None, "longitude": None, **half}
    with pytest.raises(IntegrityError, match="building_point_whole"):
        Building.objects.filter(pk=cast.building.pk).update(**given)
