"""Where a grid is cut."""

import pytest
from shapely.geometry import Polygon, box

from grids.boundaries import TOLERANCE, BadBoundary, parse
from grids.reshape import cutting
from tests.factories import square

SIDE = 0.002
WHOLE = parse(square(116.930, 36.630, SIDE))


def line(*corners: tuple[float, float]) -> dict[str, object]:
    return {"type": "LineString", "coordinates": [list(corner) for corner in corners]}


def test_a_line_right_across_cuts_and_the_smaller_side_goes() -> None:
    goes, stays = cutting.by_drawing(WHOLE, line((116.9305, 36.629), (116.9305, 36.633)))

    assert goes.bounds == pytest.approx((116.930, 36.630, 116.9305, 36.632))
    assert goes.area + stays.area == pytest.approx(WHOLE.area)


def test_the_other_side_goes_when_asked() -> None:
    goes, _stays = cutting.by_drawing(WHOLE, line((116.9305, 36.629), (116.9305, 36.633)), other_side=True)

    assert goes.bounds == pytest.approx((116.9305, 36.630, 116.932, 36.632))


def test_a_line_that_ends_a_little_short_still_cuts() -> None:
    goes, stays = cutting.by_drawing(WHOLE, line((116.9305, 36.63001), (116.9305, 36.63199)))

    assert min(goes.area, stays.area) > TOLERANCE


def test_a_bent_line_cuts_into_two_sides() -> None:
    goes, stays = cutting.by_drawing(WHOLE, line((116.929, 36.6305), (116.931, 36.6305), (116.931, 36.629)))

    assert goes.area < stays.area
    assert goes.intersection(stays).area <= TOLERANCE


def test_an_outline_takes_what_lies_inside_it() -> None:
    goes, stays = cutting.by_drawing(WHOLE, square(116.929, 36.629, 0.002))

    assert goes.bounds == pytest.approx((116.930, 36.630, 116.931, 36.631))
    assert goes.area + stays.area == pytest.approx(WHOLE.area)


@pytest.mark.parametrize(
    "drawing",
    [
        line((116.950, 36.630), (116.950, 36.632)),
        line((116.9305, 36.6305), (116.9306, 36.6305)),
        line((116.9305, 36.629)),
        line(),
        line((1169.305, 36.629), (116.9305, 36.633)),
        line((116.929, 36.631), (116.933, 36.631), (116.931, 36.629), (116.931, 36.633)),
        square(116.950, 36.630),
        square(116.929, 36.629, 0.01),
        {"type": "LineString", "coordinates": "no"},
        {"type": "Point", "coordinates": [116.93, 36.63]},
    ],
    ids=[
        "beside",
        "too short",
        "one corner",
        "no corner",
        "no degree",
        "crossing",
        "elsewhere",
        "around all",
        "words",
        "a point",
    ],
)
def test_what_does_not_cut_is_refused(drawing: dict[str, object]) -> None:
    with pytest.raises(BadBoundary):
        cutting.by_drawing(WHOLE, drawing)


@pytest.mark.parametrize(
    ("whole", "middle"),
    [(box(116.930, 36.630, 116.940, 36.632), 116.935), (box(116.930, 36.630, 116.932, 36.640), 36.635)],
    ids=["wide", "tall"],
)
def test_the_line_to_begin_with_halves_a_grid_over_the_shorter_way(whole: Polygon, middle: float) -> None:
    drawing = cutting.across(whole)

    goes, stays = cutting.by_drawing(whole, drawing)
    assert goes.area == pytest.approx(stays.area)
    assert [middle in corner for corner in drawing["coordinates"]] == [True, True]


def test_without_a_drawing_the_cut_lies_half_way_between_buildings() -> None:
    goes, stays = cutting.by_buildings(WHOLE, [(36.631, 116.9305)], [(36.631, 116.9315)])

    assert goes.bounds == pytest.approx((116.930, 36.630, 116.931, 36.632))
    assert stays.bounds == pytest.approx((116.931, 36.630, 116.932, 36.632))


@pytest.mark.parametrize(
    ("going", "staying"), [([], [(36.631, 116.931)]), ([(36.631, 116.931)], [(36.631, 116.931)])]
)
def test_buildings_without_points_of_their_own_do_not_tell(going: list, staying: list) -> None:
    with pytest.raises(BadBoundary):
        cutting.by_buildings(WHOLE, going, staying)


def test_neighbours_are_joined_without_the_seam() -> None:
    other = parse(square(116.932 + 1e-9, 36.630, SIDE))

    joined = cutting.joined([WHOLE, other])

    assert joined is not None
    assert joined.geom_type == "Polygon"
    assert joined.bounds == pytest.approx((116.930, 36.630, 116.934, 36.632))


def test_grids_that_meet_at_a_corner_only_do_not_touch() -> None:
    assert not cutting.touching(WHOLE, parse(square(116.932, 36.632, SIDE)))
    assert cutting.touching(WHOLE, parse(square(116.932, 36.630, SIDE)))
