"""The territory for other systems: who may read it, grids as GeoJSON, and who answers for a place."""

import json
from typing import Any

import prcoords
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from grids import features
from grids.models import Grid, GridAlias
from tests.cast import Cast
from tests.factories import make_grid, square
from tests.problems import problem, refused
from tests.wangguan.interfaces.caller import caller
from wangguan.interfaces.models import Scope

pytestmark = pytest.mark.django_db
GRIDS, LOCATE = "/api/v1/grids/", "/api/v1/locate/"
EDGE = prcoords.Coords(36.631, 116.93395)
"""In the grid beside, near its eastern boundary: the shift of GCJ-02 leads out of it."""


@pytest.fixture
def maps(cast: Cast) -> Client:
    """A system that may read the territory and nothing else."""
    return caller(cast.worker, Scope.TERRITORY_READ)


def codes(client: Client, **query: str) -> list[str]:
    """The last digits of the grids that are answered, community and grid."""
    found = client.get(GRIDS, query)
    assert found.status_code == 200, found.content
    return [feature["id"][9:] for feature in found.json()["features"]]


# --- the door ----------------------------------------------------------------------------
@pytest.mark.parametrize("address", [GRIDS, f"{GRIDS}370103015005003/", LOCATE])
def test_territory_is_closed_to_strangers(client: Client, cast: Cast, address: str) -> None:
    assert client.get(address).status_code == 401


@pytest.mark.parametrize("address", [GRIDS, f"{GRIDS}370103015005003/", LOCATE])
def test_territory_needs_its_scope(cast: Cast, address: str) -> None:
    answer = caller(cast.director, Scope.TICKETS_READ).get(address)

    assert problem(answer) == (403, "application/problem+json", [])


def test_territory_is_open_to_whoever_is_signed_in(client: Client, cast: Cast) -> None:
    client.force_login(cast.department)

    assert codes(client) == ["003001", "005002", "005003"]


# --- grids -------------------------------------------------------------------------------
def test_grids_are_a_feature_collection(maps: Client) -> None:
    answer = maps.get(GRIDS, {"kind": "residential"}, headers={"Accept": "application/geo+json"})

    assert answer["Content-Type"] == "application/geo+json"
    assert answer.json()["type"] == "FeatureCollection"
    assert answer.json()["features"][2] == {
        "type": "Feature",
        "id": "370103015005003",
        "geometry": square(116.930, 36.630),
        "properties": {
            "code": "370103015005003",
            "name": "九区社区第三网格",
            "kind": "residential",
            "community": "370103015005",
            "community_name": "九区社区",
        },
    }


def test_grids_are_plain_json_to_who_asks_for_that(maps: Client) -> None:
    answer = maps.get(GRIDS, headers={"Accept": "application/json"})

    assert (answer["Content-Type"], len(answer.json()["features"])) == ("application/json", 3)


def test_kind_of_answer_is_chosen_by_the_header_alone(maps: Client) -> None:
    answer = maps.get(GRIDS, {"format": "shp"})

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/geo+json")


def test_grids_are_written_by_one_statement(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        features.collection(Grid.objects.in_force())


def test_rings_run_as_the_standard_has_them(cast: Cast) -> None:
    """Outer rings counterclockwise, holes clockwise (RFC 7946, section 3.1.6), however they were drawn."""
    outer = square(116.930, 36.630)["coordinates"][0]
    hole = square(116.9305, 36.6305, 0.0005)["coordinates"][0]
    drawn = [[outer[::-1], hole], [outer, hole[::-1]]]
    Grid.objects.filter(pk=cast.grid.pk).update(boundary={"type": "MultiPolygon", "coordinates": drawn})

    body = features.feature(Grid.objects.filter(pk=cast.grid.pk))

    assert json.loads(body or b"")["geometry"] == {
        "type": "MultiPolygon",
        "coordinates": [[outer, hole[::-1]]] * 2,
    }


@pytest.mark.parametrize("boundary", [None, {"type": "Polygon", "coordinates": [[[1]]]}])
def test_grid_without_a_good_boundary_hides_no_other(cast: Cast, maps: Client, boundary: Any) -> None:
    Grid.objects.filter(pk=cast.grid.pk).update(boundary=boundary)

    assert codes(maps) == ["003001", "005002", "005003"]
    assert codes(maps, bbox="116.9,36.6,117,36.7") == ["003001", "005002"]


def test_given_up_grid_is_not_among_them(cast: Cast, maps: Client) -> None:
    Grid.objects.filter(pk=cast.grid.pk).update(ended_on="2026-01-01")

    assert codes(maps) == ["003001", "005002"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"community": "370103015005"}, ["005002", "005003", "005901"]),
        ({"kind": "dedicated"}, ["005901"]),
        ({"bbox": "116.9325,36.6305,116.9336,36.6306"}, ["005002"]),
        ({"bbox": "116.932,36.60,116.940,36.630"}, ["003001", "005002", "005003"]),
        ({"community": "370103015003", "bbox": "116.90,36.60,116.935,36.70"}, []),
        ({"after": "370103015005002"}, ["005003", "005901"]),
    ],
)
def test_filters_narrow_the_grids(cast: Cast, maps: Client, query: dict[str, str], found: list[str]) -> None:
    make_grid(community=cast.community_unit, kind="dedicated")

    assert codes(maps, **query) == found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("community", "370103015999"),
        ("community", "九区"),
        ("community", "\x00"),
        ("kind", "big"),
        ("bbox", "1,2,3"),
        ("bbox", "nan,0,1,1"),
        ("bbox", "117,36,116,37"),
        ("bbox", "0,0,inf,1"),
        ("after", "1"),
        ("after", "３７０１０３０１５００５００２"),
    ],
)
def test_filters_refuse_nonsense(maps: Client, name: str, value: str) -> None:
    assert problem(maps.get(GRIDS, {name: value})) == refused(name)


def test_long_collection_leads_to_the_next(maps: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "MOST", 2)
    first = maps.get(GRIDS, {"kind": "residential"})
    address, _semicolon, rel = first["Link"].partition("; ")

    second = maps.get(address.strip("<>"))

    assert rel == 'rel="next"'
    assert [feature["id"][9:] for feature in second.json()["features"]] == ["005003"]
    assert "Link" not in second


def test_grids_seen_before_are_not_sent_again(cast: Cast, maps: Client) -> None:
    etag = maps.get(GRIDS)["ETag"]

    again = maps.get(GRIDS, headers={"If-None-Match": f"W/{etag}"})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)


def test_redrawn_grids_are_sent_again(cast: Cast, maps: Client) -> None:
    etag = maps.get(GRIDS)["ETag"]
    cast.grid.name = "九区社区南院网格"
    cast.grid.save()

    assert maps.get(GRIDS, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("more", [0, 2])
def test_grids_cost_the_same_however_many(
    cast: Cast, maps: Client, django_assert_num_queries: DjangoAssertNumQueries, more: int
) -> None:
    for _number in range(more):
        make_grid(community=cast.community_unit2)
    query = {"community": cast.community_unit2.code}
    maps.get(GRIDS, query)
    with django_assert_num_queries(4):  # key, community, stamp, the collection
        assert len(codes(maps, **query)) == 1 + more


# --- one grid ----------------------------------------------------------------------------
def test_grid_is_a_feature(cast: Cast, maps: Client) -> None:
    answer = maps.get(f"{GRIDS}{cast.grid.code}/")

    assert (answer["Content-Type"], answer.json()["id"]) == ("application/geo+json", cast.grid.code)


def test_former_code_leads_to_the_grid(cast: Cast, maps: Client) -> None:
    GridAlias.objects.create(code="370103015005099", grid=cast.grid)

    assert maps.get(f"{GRIDS}370103015005099/").json()["id"] == cast.grid.code


@pytest.mark.parametrize("code", ["370103015005777", "x", "%00", "九"])
def test_grid_that_is_none_is_not_found(maps: Client, code: str) -> None:
    assert problem(maps.get(f"{GRIDS}{code}/"))[:2] == (404, "application/problem+json")


def test_grid_seen_before_is_not_sent_again(cast: Cast, maps: Client) -> None:
    address = f"{GRIDS}{cast.grid.code}/"
    etag = maps.get(address)["ETag"]

    assert maps.get(address, headers={"If-None-Match": etag}).status_code == 304


# --- who answers for a place -------------------------------------------------------------
def at(point: prcoords.Coords, datum: str) -> dict[str, str]:
    return {"lat": f"{point.lat:.6f}", "lng": f"{point.lon:.6f}", "datum": datum}


@pytest.mark.parametrize(
    ("datum", "point"),
    [("wgs84", EDGE), ("gcj02", prcoords.wgs_gcj(EDGE)), ("bd09", prcoords.wgs_bd(EDGE))],
)
def test_point_is_found_in_every_datum(maps: Client, cast: Cast, datum: str, point: prcoords.Coords) -> None:
    found = maps.get(LOCATE, at(point, datum)).json()

    assert (found["datum"], found["grid"]["code"]) == (datum, cast.grid_beside.code)
    assert found["point"] == pytest.approx({"latitude": EDGE.lat, "longitude": EDGE.lon}, abs=1e-5)


def test_wrong_datum_leads_across_the_boundary(maps: Client, cast: Cast) -> None:
    """Why the datum has to be named: the same point, read wrongly, is another grid's."""
    cast.grid_far.boundary = square(116.939, 36.630)
    cast.grid_far.save()

    found = maps.get(LOCATE, at(prcoords.wgs_gcj(EDGE), "wgs84")).json()

    assert found["grid"]["code"] == cast.grid_far.code


def test_datum_may_be_spelt_as_the_standard_does(maps: Client) -> None:
    assert maps.get(LOCATE, at(prcoords.wgs_gcj(EDGE), "GCJ-02")).json()["datum"] == "gcj02"


def test_place_says_all_that_is_known(maps: Client, cast: Cast) -> None:
    found = maps.get(LOCATE, {"lat": "36.6311", "lng": "116.931", "address": "九区3号楼2单元501"}).json()

    assert found == {
        "datum": "wgs84",
        "point": {"latitude": 36.6311, "longitude": 116.931},
        "grid": {"code": cast.grid.code, "name": "九区社区第三网格"},
        "community": {"code": "370103015005", "name": "九区社区"},
        "building": {"name": "3号楼", "address": "九区3号楼"},
        "found_by": "point",
        "outside": False,
        "distance": 11.1,
        "responsible": "这里由九区社区第三网格负责。",
    }


def test_address_alone_is_enough(maps: Client, cast: Cast) -> None:
    found = maps.get(LOCATE, {"address": "九区3号楼"}).json()

    assert (found["grid"]["code"], found["found_by"]) == (cast.grid.code, "building")
    assert (found["point"], found["distance"]) == (None, None)


def test_place_beyond_the_street_is_an_answer(maps: Client) -> None:
    found = maps.get(LOCATE, {"lat": "36.7", "lng": "117.1"}).json()

    assert (found["grid"], found["community"], found["outside"], found["found_by"]) == (
        None,
        None,
        True,
        "desk",
    )


def test_unknown_address_is_the_duty_desk_s(maps: Client) -> None:
    found = maps.get(LOCATE, {"address": "不知道在哪里"}).json()

    assert (found["grid"], found["outside"], found["found_by"]) == (None, False, "desk")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "lat"),
        ({"address": "  "}, "lat"),
        ({"lat": "36.6"}, "lng"),
        ({"lng": "116.9"}, "lat"),
        ({"lat": "here", "lng": "116.9"}, "lat"),
        ({"lat": "nan", "lng": "116.9"}, "lat"),
        ({"lat": "36.6", "lng": "inf"}, "lng"),
        ({"lat": "90.1", "lng": "116.9"}, "lat"),
        ({"lat": "36.6", "lng": "-181"}, "lng"),
        ({"lat": "36.6", "lng": "116.9", "datum": "utm"}, "datum"),
        ({"address": "楼" * 201}, "address"),
    ],
)
def test_place_that_makes_no_sense_is_refused(maps: Client, query: dict[str, str], field: str) -> None:
    assert problem(maps.get(LOCATE, query)) == refused(field)


def test_place_costs_one_query_while_nothing_changes(
    maps: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    maps.get(LOCATE, {"address": "九区3号楼"})
    with django_assert_num_queries(2):  # key, stamp
        maps.get(LOCATE, {"address": "九区3号楼"})
