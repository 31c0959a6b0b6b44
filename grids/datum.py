"""Coordinates come in three datums in China; ours are WGS-84 (domain handbook §7).

GPS and 天地图 give WGS-84 (CGCS2000 differs by centimetres), 高德, 腾讯 and WeChat GCJ-02,
百度 BD-09. The offset is hundreds of metres, so whoever hands us a point names its datum.
"""

from collections.abc import Callable

import prcoords
from django.utils.translation import gettext as _

_CONVERTERS: dict[str, Callable[[prcoords.Coords], prcoords.Coords]] = {
    "wgs84": lambda point: point,
    "cgcs2000": lambda point: point,
    "gcj02": prcoords.gcj_wgs_bored,
    "bd09": prcoords.bd_wgs_bored,
}
DATUMS = tuple(_CONVERTERS)


class BadPoint(ValueError):
    """A point that cannot be read; the sentence says why."""


def to_wgs84(latitude: float, longitude: float, *, datum: str = "wgs84") -> tuple[float, float]:
    """Latitude and longitude in WGS-84 degrees, within a metre.

    Raises:
        BadPoint: the datum is unknown, or the point is not on Earth.
    """
    convert = _CONVERTERS.get(datum.lower().replace("-", ""))
    if convert is None:
        names = {"datum": datum, "known": ", ".join(DATUMS)}
        raise BadPoint(_("Unknown datum “%(datum)s”; use one of: %(known)s.") % names)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise BadPoint(_("Latitude lies between −90 and 90 degrees, longitude between −180 and 180."))
    point = prcoords.Coords(latitude, longitude)
    if prcoords.sanity_in_china_p(point):
        # Beyond China nobody shifts coordinates.
        point = convert(point)
    return point.lat, point.lon
