"""What maps ask: the outline of the street, and who answers for a point."""

import gzip
import json
from typing import Any

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from tests.factories import square


def outline(client: Client) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = client.get("/places/boundaries.json").json()["features"]
    return features


def test_outline_names_communities_first_then_grids(cast: Cast, client: Client) -> None:
    assert [feature["properties"]["name"] for feature in outline(client)] == [
        "青龙山社区",
        "九区社区",
        "青龙山社区第一网格",
        "九区社区第二网格",
        "九区社区第三网格",
    ]


def test_outline_gives_each_name_a_point_inside(cast: Cast, client: Client) -> None:
    third = outline(client)[-1]["properties"]
    assert third == {
        "kind": "grid",
        "name": "九区社区第三网格",
        "community": "九区社区",
        "at": [116.931, 36.631],
    }


def test_outline_is_rounded_to_a_metre(cast: Cast, client: Client) -> None:
    cast.grid.boundary = square(116.930000123, 36.630000456)
    cast.grid.save()
    assert outline(client)[-1]["geometry"]["coordinates"][0][0] == [116.93, 36.63]


def test_outline_leaves_out_a_damaged_boundary(cast: Cast, client: Client) -> None:
    cast.grid.boundary = {"type": "Polygon", "coordinates": [[[1]]]}
    cast.grid.save()
    assert len(outline(client)) == 4


def test_outline_seen_before_is_not_sent_again(cast: Cast, client: Client) -> None:
    etag = client.get("/places/boundaries.json")["ETag"]
    again = client.get("/places/boundaries.json", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_outline_changes_with_the_territory(cast: Cast, client: Client) -> None:
    before = client.get("/places/boundaries.json")["ETag"]
    cast.grid.name = "九区社区南院网格"
    cast.grid.save()
    assert client.get("/places/boundaries.json", headers={"If-None-Match": before}).status_code == 200


def test_outline_costs_one_query_while_nothing_changes(
    cast: Cast, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    outline(client)
    with django_assert_num_queries(1):
        outline(client)


def test_outline_travels_compressed(cast: Cast, client: Client) -> None:
    packed = client.get("/places/boundaries.json", headers={"Accept-Encoding": "gzip"})
    assert len(json.loads(gzip.decompress(packed.content))["features"]) == 5


def test_point_says_who_answers(cast: Cast, client: Client) -> None:
    found = client.get("/places/at/", {"latitude": "36.631", "longitude": "116.931"})
    assert found.json() == {
        "grid": "九区社区第三网格",
        "community": "九区社区",
        "responsible": "这里由九区社区第三网格负责。",
        "outside": False,
    }


def test_point_beyond_the_street_is_outside(cast: Cast, client: Client) -> None:
    found = client.get("/places/at/", {"latitude": "36.7", "longitude": "117.1"}).json()
    assert (found["grid"], found["community"], found["outside"]) == (None, None, True)


def test_point_in_gcj02_is_converted(cast: Cast, client: Client) -> None:
    given = {"latitude": "36.631387", "longitude": "116.937120", "datum": "gcj02"}
    assert client.get("/places/at/", given).json()["grid"] == "九区社区第三网格"


def test_point_that_is_none_is_refused(cast: Cast, client: Client) -> None:
    statuses = [
        client.get("/places/at/", {"latitude": latitude, "longitude": "116.9"}).status_code
        for latitude in ("", "here", "nan", "91")
    ]
    assert statuses == [400, 400, 400, 400]
