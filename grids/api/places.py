"""Reading the territory: grids as GeoJSON, and who answers for a place. What maps show to everybody."""

from typing import Any

from django.utils.http import parse_etags, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework.decorators import api_view, renderer_classes
from rest_framework.exceptions import NotFound
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from grids import atlas, features
from grids.api.filters import ADDRESS_MAX, GridFilters, PlaceAsked
from grids.api.shapes import COLLECTION, EXAMPLE, FEATURE, PlaceShape, place
from grids.datum import DATUMS
from grids.locate import locate as find
from grids.models import Grid, GridKind
from wangguan.interfaces.models import Scope
from wangguan.interfaces.rest.openapi import ETAG, IF_NONE_MATCH, LINK, operation, query
from wangguan.interfaces.rest.problems import Unclear
from wangguan.interfaces.rest.scopes import needs
from wangguan.words import storable

TAG = "territory"


class AsMade(JSONRenderer):
    """JSON that the database wrote travels as it is."""

    def render(self, data: Any, *args: Any, **options: Any) -> bytes:
        """`data`: the finished bytes, or what an error says."""
        return data if isinstance(data, bytes) else bytes(super().render(data, *args, **options))


class GeoJSON(AsMade):
    media_type = "application/geo+json"
    format = "geojson"


@operation(
    "list_grids",
    gettext_lazy("Grids as GeoJSON"),
    gettext_lazy(
        "The grids in force as a FeatureCollection (RFC 7946, WGS-84), in the order of their codes, at most "
        "500 in one answer; the header Link leads to the next ones. A grid whose boundary nobody drew yet "
        "has a null geometry and lies in no box."
    ),
    tag=TAG,
    answers={(200, "application/geo+json"): COLLECTION, (200, "application/json"): COLLECTION, 304: None},
    refuses=[400],
    parameters=[
        query("community", gettext_lazy("Code of a community, 12 digits.")),
        query("kind", gettext_lazy("Residential or dedicated."), enum=GridKind.values),
        query("bbox", gettext_lazy("West,south,east,north in degrees: grids whose own box meets this one.")),
        query("after", gettext_lazy("Code of the last grid that is known; Link gives it.")),
        *(IF_NONE_MATCH, ETAG, LINK),
    ],
)
@api_view(["GET"])
@needs(Scope.TERRITORY_READ)
@renderer_classes([GeoJSON, AsMade])
def grids(request: Request) -> Response:
    """Up to 500 grids in force as a FeatureCollection, in the order of their codes."""
    filters = GridFilters(request.query_params)
    if not filters.is_valid():
        raise Unclear.of(filters)
    headers = _validators()
    if _is_known(request, headers["ETag"]):
        return Response(status=304, headers=headers)
    chosen = filters.narrow(Grid.objects.in_force())
    found = features.collection(chosen, after=filters.cleaned_data["after"], most=features.MOST)
    return Response(found.body, headers={**headers, **_link(request, found.last)})


@operation(
    "get_grid",
    gettext_lazy("One grid as GeoJSON"),
    gettext_lazy("A Feature. A code that the grid had before it was redrawn leads to it too."),
    tag=TAG,
    answers={(200, "application/geo+json"): FEATURE, (200, "application/json"): FEATURE, 304: None},
    parameters=[
        OpenApiParameter("code", str, "path", description=gettext_lazy("The grid's code, 15 digits.")),
        *(IF_NONE_MATCH, ETAG),
    ],
)
@api_view(["GET"])
@needs(Scope.TERRITORY_READ)
@renderer_classes([GeoJSON, AsMade])
def grid(request: Request, code: str) -> Response:
    """One grid as a Feature; a code that it had before leads to it too."""
    headers = _validators()
    found = features.feature(Grid.objects.named(storable(code)))
    if found is None:
        raise NotFound(_("There is no grid with this code of 15 digits."))
    if _is_known(request, headers["ETag"]):
        return Response(status=304, headers=headers)
    return Response(found, headers=headers)


@operation(
    "locate",
    gettext_lazy("Who answers for a place"),
    gettext_lazy(
        "For a point (“lat” and “lng” in the datum named), an address, or both; a point in a boundary is "
        "surer than a name. A place beyond the street is no mistake: the answer is 200 with null units and "
        "“outside”, since the duty desk takes such matters and passes them on."
    ),
    tag=TAG,
    answers={200: PlaceShape},
    refuses=[400],
    parameters=[
        query(
            "lat", gettext_lazy("Latitude in degrees."), of={"type": "number", "minimum": -90, "maximum": 90}
        ),
        query(
            "lng",
            gettext_lazy("Longitude in degrees."),
            of={"type": "number", "minimum": -180, "maximum": 180},
        ),
        query(
            "datum",
            gettext_lazy(
                "GPS gives wgs84, Amap and Tencent gcj02, Baidu bd09; a wrong one is hundreds of metres off."
            ),
            enum=DATUMS,
            default="wgs84",
        ),
        query(
            "address",
            gettext_lazy("As people write it; a door is not needed."),
            of={"type": "string", "maxLength": ADDRESS_MAX},
        ),
    ],
    examples=[OpenApiExample("found", value=EXAMPLE, response_only=True, status_codes=["200"])],
)
@api_view(["GET"])
@needs(Scope.TERRITORY_READ)
def locate(request: Request) -> Response:
    """Who answers for a point, an address, or both."""
    form = PlaceAsked(request.query_params)
    if not form.is_valid():
        raise Unclear.of(form)
    asked = form.cleaned_data
    latitude, longitude = asked["point"] or (None, None)
    found = find(latitude=latitude, longitude=longitude, address=asked["address"])
    return Response(PlaceShape(place(found, point=asked["point"], datum=asked["datum"])).data)


def _validators() -> dict[str, str]:
    """What the territory as it stands is called; read before it, so that what follows is at least as new."""
    return {"ETag": f'"{atlas.stamp()}"', "Cache-Control": "private, no-cache"}


def _is_known(request: Request, etag: str) -> bool:
    """Whether the caller has it already (RFC 9110, section 13.1.2)."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return bool({"*", etag} & {tag.removeprefix("W/") for tag in known})


def _link(request: Request, last: str) -> dict[str, str]:
    """The way to the next collection (RFC 8288); nothing after the last one."""
    if not last:
        return {}
    query = urlencode({**request.query_params.dict(), "after": last})
    return {"Link": f'<{request.build_absolute_uri(request.path)}?{query}>; rel="next"'}
