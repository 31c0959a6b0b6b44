"""Loading a street from one file."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from grids.data import generate
from grids.models import Building, Community, Department, Estate, Grid, Road, Street
from grids.services import load_street
from grids.street_file import BadFile
from tests.factories import make_community, make_grid, make_street, square

pytestmark = pytest.mark.django_db

Feature = dict[str, Any]
STREET = generate.feature("street", code="370103015", name="王官庄街道")
NINE = generate.feature("community", square(116.93, 36.63, 0.004), code="370103015005", name="九区社区")
FIRST = generate.feature(
    "grid", square(116.93, 36.63), code="370103015005001", name="第一网格", kind="residential"
)
SECOND = generate.feature(
    "grid", square(116.932, 36.63), code="370103015005002", name="第二网格", kind="residential"
)
ESTATE = generate.feature("estate", community="370103015005", name="王官庄九区")
ROAD = generate.feature("road", community="370103015005", grid="370103015005001", name="九区东街")
POLICE = generate.feature("department", code="police", name="公安分局")
HOUSE = generate.feature(
    "building",
    {"type": "Point", "coordinates": [116.931, 36.631]},
    grid="370103015005001",
    estate="王官庄九区",
    name="3号楼",
    address="九区3号楼",
    entrances=4,
)
ALL = [STREET, POLICE, NINE, FIRST, SECOND, ESTATE, ROAD, HOUSE]


def written(*features: Feature) -> bytes:
    """A street file; the first feature stands in line 2."""
    return generate.render(list(features)).encode()


def altered(feature: Feature, geometry: dict[str, Any] | None = None, **properties: Any) -> Feature:
    """The feature with other properties (None takes one away) and perhaps another geometry."""
    said = {**feature["properties"], **properties}
    kept = {name: value for name, value in said.items() if value is not None}
    return {**feature, "properties": kept, "geometry": geometry or feature["geometry"]}


def refusal(*features: Feature) -> str:
    with pytest.raises(BadFile) as refused:
        load_street(written(*features))
    return str(refused.value)


def counts() -> list[int]:
    models = (Street, Department, Community, Grid, Estate, Road, Building)
    return [model._default_manager.count() for model in models]


def test_street_is_loaded_whole() -> None:
    load_street(written(*ALL))
    assert counts() == [1, 1, 1, 2, 1, 1, 1]
    house = Building.objects.get()
    assert (house.grid.code, str(house.estate), house.latitude) == ("370103015005001", "王官庄九区", 36.631)


def test_features_may_come_in_any_order() -> None:
    load_street(written(*reversed(ALL)))
    assert counts() == [1, 1, 1, 2, 1, 1, 1]


def test_loading_again_changes_nothing() -> None:
    load_street(written(*ALL))
    report = load_street(written(*ALL))
    assert (report.changes, report.count("grid")["unchanged"]) == ([], 2)


def test_change_is_made_and_told_with_its_line() -> None:
    load_street(written(*ALL))
    report = load_street(written(*ALL[:3], altered(FIRST, planned_households=400), *ALL[4:]))
    assert [(change.line, change.fields) for change in report.changes] == [(5, ("planned_households",))]
    assert Grid.objects.get(code="370103015005001").planned_households == 400


def test_building_that_moves_to_another_grid_stays_the_same_building() -> None:
    load_street(written(*ALL))
    before = Building.objects.get()
    point = {"type": "Point", "coordinates": [116.933, 36.631]}
    load_street(written(*ALL[:-1], altered(HOUSE, point, grid="370103015005002")))
    assert Building.objects.get(grid__code="370103015005002") == before


def test_what_the_file_does_not_say_stays() -> None:
    load_street(written(*ALL))
    Grid.objects.update(wecom_robot_key="secret", wechat_group_name="我们的群")
    load_street(written(*ALL))
    grid = Grid.objects.first()
    assert grid
    assert (grid.wecom_robot_key, grid.wechat_group_name) == ("secret", "我们的群")


def test_rows_that_the_file_does_not_name_are_counted_and_left() -> None:
    load_street(written(*ALL))
    report = load_street(written(STREET, NINE, FIRST))
    assert (report.count("grid")["absent"], Grid.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"type": "FeatureCollection",\n"features": [\n{"type"}]}', "line 3"),
        (b'\xef\xbb\xbf{"type": "FeatureCollection", "features": [1]}', "line 1"),
        (b'{"type":\n"\xff"}', "line 2"),
        (b"[]", "FeatureCollection"),
        (b'{"type": "FeatureCollection"}', "no list of features"),
        (b'{"type": "FeatureCollection", "features": []}', "exactly one street"),
        (b'{"type": "FeatureCollection",\n"features": [\n{"type": "Feature"}]}', "line 3"),
        (b'{"type": "FeatureCollection",\n"a": {"b": 1, "b": 2}}', "line 2"),
        (b'{"type": "FeatureCollection", "size": NaN}', "NaN"),
        (b"[" * 100_000, "nested too deeply"),
        (b"", "line 1"),
    ],
)
def test_file_of_a_broken_form_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(BadFile, match=said):
        load_street(content)


@pytest.mark.parametrize(
    ("features", "said"),
    [
        ([STREET, STREET], "line 3: .*exactly one street"),
        ([STREET, altered(NINE, code="370103016005")], "line 3: .*code of its street"),
        ([STREET, altered(NINE, code="37010301500")], "line 3: code: 12 digits"),
        ([STREET, NINE, altered(FIRST, code="370103015006001")], "line 4: .*370103015006"),
        ([STREET, NINE, altered(FIRST, kind="dedicated")], "line 4: .*901–999"),
        ([STREET, NINE, altered(FIRST, code="370103015005000")], "line 4: .*001–899"),
        ([STREET, NINE, altered(FIRST, kind="castle")], "line 4"),
        ([STREET, NINE, altered(FIRST, name=None)], "line 4: .*“name” is missing"),
        ([STREET, NINE, altered(FIRST, colour="red")], "line 4: .*“colour”"),
        ([STREET, NINE, altered(FIRST, planned_households=-1)], "line 4: planned_households"),
        ([STREET, NINE, altered(FIRST, planned_households="many")], "line 4: planned_households"),
        ([STREET, NINE, altered(FIRST, name=["a"])], "line 4: .*neither text"),
        ([STREET, NINE, altered(FIRST, name="长" * 51)], "line 4: name"),
        ([STREET, NINE, FIRST, FIRST], "line 5: .*appears twice"),
        ([STREET, NINE, altered(ESTATE, community="1")], "line 4: .*“1”"),
        ([STREET, NINE, FIRST, altered(HOUSE)], "line 5: .*“王官庄九区”"),
        ([*ALL[:-1], altered(HOUSE, {"type": "Point", "coordinates": [1, 2]})], "line 9: .*outside 第一网格"),
        ([*ALL[:-1], altered(HOUSE, {"type": "Point", "coordinates": ["1", 2]})], "line 9: .*cannot be read"),
        ([*ALL[:-1], altered(HOUSE, square(116.93, 36.63))], "line 9: .*not a GeoJSON Point"),
        ([altered(STREET, square(116.93, 36.63))], "line 2: .*no geometry"),
    ],
)
def test_feature_of_no_sense_is_refused_with_its_line(features: list[Feature], said: str) -> None:
    assert re.search(said, refusal(*features))
    assert counts() == [0] * 7


@pytest.mark.parametrize(
    ("boundary", "said"),
    [
        (square(116.9335, 36.63), "line 4: .*leaves 九区社区"),
        ({"type": "Point", "coordinates": [116.93, 36.63]}, "line 4: .*Polygon"),
        ({"type": "Polygon", "coordinates": [[[116.93, 36.63]]]}, "line 4: .*cannot be read"),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [0, 2], [2, 0], [0, 0]]]},
            "line 4: .*simple ring",
        ),
        ({"type": "Polygon", "coordinates": [[[999, 0], [999, 1], [998, 1], [999, 0]]]}, "line 4: .*degrees"),
        ({"type": "Polygon", "coordinates": [[[1, 1], [1, 1], [1, 1], [1, 1]]]}, "line 4"),
        ({"type": "Polygon", "coordinates": []}, "line 4"),
        ({"type": "Polygon"}, "line 4"),
    ],
)
def test_bad_boundary_is_refused_with_its_line(boundary: dict[str, Any], said: str) -> None:
    assert re.search(said, refusal(STREET, NINE, altered(FIRST, boundary)))


def test_grids_that_overlap_are_refused() -> None:
    assert "line 5: 第二网格" in refusal(STREET, NINE, FIRST, altered(SECOND, square(116.931, 36.63)))


def test_communities_that_overlap_are_refused() -> None:
    other = altered(NINE, square(116.933, 36.63, 0.004), code="370103015006", name="十区社区")
    assert "line 4: 十区社区" in refusal(STREET, NINE, other)


def test_boundary_may_not_overlap_a_grid_that_the_file_leaves_out() -> None:
    load_street(written(*ALL))
    assert "line 4: 第一网格" in refusal(STREET, NINE, altered(FIRST, square(116.931, 36.63)))


def test_community_may_not_shrink_below_a_grid_that_the_file_leaves_out() -> None:
    load_street(written(*ALL))
    assert "line 3: 九区社区" in refusal(STREET, altered(NINE, square(116.93, 36.63, 0.003)))


def test_all_broken_lines_of_a_layer_are_told_at_once() -> None:
    said = refusal(STREET, NINE, altered(FIRST, name=None), altered(SECOND, kind="castle"))
    assert [line.split(":")[0] for line in said.splitlines()] == ["line 4", "line 5"]


def test_refused_file_changes_nothing_at_all() -> None:
    load_street(written(*ALL))
    refusal(altered(STREET, name="别的街道"), NINE, altered(FIRST, name=None))
    assert Street.objects.get().name == "王官庄街道"


def test_street_beside_is_left_alone() -> None:
    beside = make_community(street=make_street(code="370103016", name="别的街道"))
    make_grid(community=beside, boundary=square(116.93, 36.63))
    load_street(written(*ALL))
    assert Grid.objects.filter(community__street__code="370103016").count() == 1


def test_loading_takes_as_many_statements_for_three_grids_as_for_two(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    third = altered(FIRST, square(116.93, 36.632), code="370103015005003", name="第三网格")
    with django_assert_num_queries(16):
        load_street(written(*ALL, third))


def test_command_tells_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "street.json"
    file.write_bytes(written(*ALL))
    call_command("load_street", file)
    told = capsys.readouterr().out
    assert "九区3号楼" in told
    assert "grid: 2" in told


def test_command_refuses_with_every_line(tmp_path: Path) -> None:
    file = tmp_path / "street.json"
    file.write_bytes(written(STREET, altered(NINE, name=None)))
    with pytest.raises(CommandError, match=r"street\.json[^\n]*\n.*3"):
        call_command("load_street", file)


def test_command_says_when_there_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.json"):
        call_command("load_street", tmp_path / "nowhere.json")
