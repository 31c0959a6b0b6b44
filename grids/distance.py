"""How far apart two points of a city are: a plane is near enough, the street is four kilometres wide."""

import math

METRES_A_DEGREE = 111_320
"""Of latitude; of longitude it shrinks by the cosine of the latitude."""

Point = tuple[float, float]
"""Latitude and longitude in WGS-84."""


def point(latitude: float | None, longitude: float | None) -> Point | None:
    """Both, or nothing."""
    return None if latitude is None or longitude is None else (latitude, longitude)


def metres(one: Point, other: Point) -> float:
    """How far apart two points are."""
    north = other[0] - one[0]
    east = (other[1] - one[1]) * math.cos(math.radians(one[0]))
    return math.hypot(north, east) * METRES_A_DEGREE
