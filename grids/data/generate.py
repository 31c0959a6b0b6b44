"""Writes wangguanzhuang.json: the real communities of 王官庄街道 with invented grids and buildings.

    python -m grids.data.generate

The split into grids, the boundaries and the buildings of the real street are not published
(domain handbook §1), so they are made up here, the same at every run, and marked synthetic.
The street's rough rectangle is cut into 12 × 6 cells on a crooked lattice whose corners the
cells share, so that grids tile their community, and communities the street, without a gap.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from shapely import unary_union
from shapely.geometry import Polygon, mapping

FILE = Path(__file__).with_name("wangguanzhuang.json")
STREET = "370103015"
WEST, SOUTH, EAST, NORTH = 116.93, 36.63, 116.95, 36.64
COLUMNS, ROWS = 12, 6
NUMERALS = "一二三四五六七八九"

Point = tuple[float, float]
Feature = dict[str, Any]


@dataclass(frozen=True)
class CommunityPlan:
    """How many grids of each kind a community gets, and its estates: (name, what addresses say)."""

    code: str
    name: str
    residential: int
    dedicated: int
    estates: tuple[tuple[str, str], ...]
    # Which grid the first building numbers stand in; 九区3号楼 belongs to the third grid.
    first_grid: int = 1
    first_building: int = 1


# Three bands of 24 cells from south to north, in each from west to east.
BANDS = (
    (
        CommunityPlan("001", "四区第一社区", 5, 1, (("王官庄四区", "四区"),)),
        CommunityPlan("002", "四区第二社区", 4, 1, (("王官庄四区", "四区"),), first_building=51),
        CommunityPlan("004", "八区社区", 5, 2, (("王官庄八区", "八区"),)),
        CommunityPlan("005", "九区社区", 5, 1, (("王官庄九区", "九区"),), first_grid=3),
    ),
    (
        CommunityPlan("006", "十区社区", 5, 1, (("王官庄十区", "十区"),)),
        CommunityPlan("003", "青龙山社区", 6, 2, (("青龙山小区", "青龙山"), ("青龙山北苑", "青龙山北苑"))),
        CommunityPlan("007", "英华苑社区", 4, 1, (("英华苑小区", "英华苑"),)),
        CommunityPlan("008", "映翠苑社区", 4, 1, (("映翠苑小区", "映翠苑"),)),
    ),
    (
        CommunityPlan(
            "010", "西十里河社区", 7, 2, (("西十里河小区", "西十里河"), ("西十里河东苑", "西十里河东苑"))
        ),
        CommunityPlan("012", "诚品苑社区", 5, 2, (("诚品苑小区", "诚品苑"),)),
        CommunityPlan("015", "王官庄社区", 5, 2, (("王官庄新村", "王官庄新村"),)),
    ),
)
# Roads along which matters are told; the long ones pass through several communities.
ROADS = {
    "刘长山路": ("010", "012", "015"),
    "王官庄西路": ("001", "006", "010"),
    "王官庄中街": ("004",),
    "九区东街": ("005",),
    "十区南街": ("006",),
    "青龙山路": ("003",),
    "英华街": ("007",),
    "映翠街": ("008",),
    "诚品街": ("012",),
}
DEPARTMENTS = {
    "law-enforcement": "市中区综合行政执法局",
    "police": "市中区公安分局",
    "fire-rescue": "市中区消防救援大队",
    "emergency": "市中区应急管理局",
    "housing": "市中区住房和城乡建设局",
    "market": "市中区市场监督管理局",
    "environment": "市中区生态环境分局",
    "health": "市中区卫生健康局",
    "civil-affairs": "市中区民政局",
    "social-security": "市中区人力资源和社会保障局",
}
# What stands in a community's first and second dedicated grid.
VENUES = (("商务楼", "便民商业街", "农贸市场"), ("写字楼", "建材市场", "美食街"))


def feature(layer: str, geometry: dict[str, Any] | None = None, **properties: Any) -> Feature:
    return {"type": "Feature", "properties": {"layer": layer, **properties}, "geometry": geometry}


class Lattice:
    """Corners shared by neighbouring cells, each shifted a little, the same at every run."""

    def __init__(self, random: Random) -> None:
        self.width, self.height = (EAST - WEST) / COLUMNS, (NORTH - SOUTH) / ROWS
        self.corners = {
            (column, row): self._corner(column, row, random)
            for column in range(COLUMNS + 1)
            for row in range(ROWS + 1)
        }

    def _corner(self, column: int, row: int, random: Random) -> Point:
        """Inner corners move up to a seventh of a cell each way; the rim stays on the rectangle."""
        shifts = random.uniform(-0.14, 0.14), random.uniform(-0.14, 0.14)
        sideways = shifts[0] if 0 < column < COLUMNS else 0
        upward = shifts[1] if 0 < row < ROWS else 0
        return round(WEST + (column + sideways) * self.width, 6), round(
            SOUTH + (row + upward) * self.height, 6
        )

    def cell(self, column: int, row: int) -> Polygon:
        around = ((column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1))
        return Polygon([self.corners[corner] for corner in around])

    def band(self, number: int) -> Iterator[Polygon]:
        """The 24 cells of two rows, column by column, so that any run of them hangs together."""
        for column in range(COLUMNS):
            yield self.cell(column, 2 * number)
            yield self.cell(column, 2 * number + 1)


def areas_of(plan: CommunityPlan, cells: Iterator[Polygon]) -> list[Polygon]:
    """One cell for each grid; 72 cells for 71 grids, so one takes the cell above it too."""
    areas = [next(cells) for _ in range(plan.residential - 1)]
    last = [next(cells), next(cells)] if plan.code == "015" else [next(cells)]
    return [*areas, _union(last), *(next(cells) for _ in range(plan.dedicated))]


def _union(areas: list[Polygon]) -> Polygon:
    union = unary_union(areas)
    if not isinstance(union, Polygon):
        raise TypeError("these cells do not hang together")
    return union


def make_community(plan: CommunityPlan, cells: Iterator[Polygon], random: Random) -> Iterator[Feature]:
    code = STREET + plan.code
    areas = areas_of(plan, cells)
    # No telephone number begins with a nought: this one rings nowhere.
    contact = f"0531-00000{plan.code}"
    yield feature("community", _geometry(_union(areas)), code=code, name=plan.name, contact=contact)
    for name, _address in plan.estates:
        yield feature("estate", community=code, name=name)
    numbers = list(range(1, plan.residential + 1))
    in_order = numbers[plan.first_grid - 1 :] + numbers[: plan.first_grid - 1]
    building = plan.first_building
    for number in in_order:
        yield _residential_grid(plan, number, areas[number - 1], random)
        estate = plan.estates[number * len(plan.estates) // (plan.residential + 1)]
        count = random.randint(6, 10)
        yield from _homes(plan, number, areas[number - 1], estate, range(building, building + count), random)
        building += count
    for offset in range(plan.dedicated):
        yield from _dedicated_grid(plan, offset, areas[plan.residential + offset])


def _residential_grid(plan: CommunityPlan, number: int, area: Polygon, random: Random) -> Feature:
    households = random.randint(300, 500)
    return feature(
        "grid",
        _geometry(area),
        code=f"{STREET}{plan.code}{number:03}",
        name=f"{plan.name}第{NUMERALS[number - 1]}网格",
        kind="residential",
        planned_households=households,
        wechat_group_name=f"{plan.name}第{NUMERALS[number - 1]}网格居民群",
        wechat_group_owner="网格长",
        wechat_group_size=round(households * random.uniform(0.6, 1.1)),
    )


def _homes(
    plan: CommunityPlan, grid: int, area: Polygon, estate: tuple[str, str], numbers: range, random: Random
) -> Iterator[Feature]:
    name, spoken = estate
    for number, point in zip(numbers, _places(area, len(numbers)), strict=True):
        yield feature(
            "building",
            {"type": "Point", "coordinates": point},
            grid=f"{STREET}{plan.code}{grid:03}",
            estate=name,
            name=f"{number}号楼",
            address=f"{spoken}{number}号楼",
            entrances=random.randint(3, 6),
        )


def _dedicated_grid(plan: CommunityPlan, offset: int, area: Polygon) -> Iterator[Feature]:
    code = f"{STREET}{plan.code}{901 + offset}"
    name = f"{plan.name}第{NUMERALS[offset]}专属网格"
    yield feature("grid", _geometry(area), code=code, name=name, kind="dedicated")
    venues = VENUES[offset]
    for venue, point in zip(venues, _places(area, len(venues)), strict=True):
        called = f"{plan.name}{venue}"
        yield feature(
            "building",
            {"type": "Point", "coordinates": point},
            grid=code,
            name=called,
            address=called,
            entrances=1,
        )


def _places(area: Polygon, count: int) -> list[Point]:
    """Points in two rows well inside an area of four corners."""
    west, south, east, north = area.bounds
    columns = (count + 1) // 2
    return [
        (
            round(west + (east - west) * (0.25 + 0.5 * (index % columns) / max(columns - 1, 1)), 6),
            round(south + (north - south) * (0.35 if index < columns else 0.65), 6),
        )
        for index in range(count)
    ]


def _geometry(area: Polygon) -> dict[str, Any]:
    return dict(mapping(area.normalize()))


def make_street() -> list[Feature]:
    """All features, each after what it refers to."""
    random = Random(STREET)
    lattice = Lattice(random)
    made = [feature("street", code=STREET, name="王官庄街道")]
    made += [feature("department", code=code, name=name) for code, name in DEPARTMENTS.items()]
    for number, band in enumerate(BANDS):
        cells = lattice.band(number)
        made += [item for plan in band for item in make_community(plan, cells, random)]
    for name, communities in ROADS.items():
        made += [feature("road", community=STREET + code, name=name) for code in communities]
    layers = ("street", "department", "community", "grid", "estate", "road", "building")
    return sorted(
        made, key=lambda item: (layers.index(item["properties"]["layer"]), _order(item["properties"]))
    )


def _order(properties: dict[str, Any]) -> str:
    return str(properties.get("code") or properties.get("grid") or properties.get("community"))


def render(features: list[Feature]) -> str:
    """GeoJSON with one feature a line, so that a line number names a feature."""
    note = (
        "Synthetic: codes and names of street and communities are real; grids, boundaries, buildings, "
        "roads and telephone numbers are made up by grids/data/generate.py."
    )
    lines = [json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in features]
    head = f'{{"type":"FeatureCollection","synthetic":true,"note":{json.dumps(note)},"features":['
    return "\n".join([head, ",\n".join(lines), "]}", ""])


if __name__ == "__main__":
    FILE.write_text(render(make_street()), encoding="utf-8")
