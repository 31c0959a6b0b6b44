"""What maps ask about places: the street's outline, and who answers for a point."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from grids import outline
from grids.datum import BadPoint
from grids.locate import locate

AN_HOUR = 3600


@gzip_page
@require_GET
def outlined(request: HttpRequest) -> HttpResponseBase:
    """Boundaries and names of communities and grids; whoever has this state already gets 304."""
    drawn = outline.current()
    response = HttpResponse(drawn.body, content_type="application/geo+json")
    response["ETag"] = drawn.etag
    response["Cache-Control"] = f"public, max-age={AN_HOUR}"
    return get_conditional_response(request, etag=drawn.etag, response=response) or response


@never_cache
@require_GET
def at(request: HttpRequest) -> JsonResponse:
    """Who answers for a point: `latitude`, `longitude`, and `datum` when it is not WGS-84."""
    asked = request.GET
    try:
        latitude, longitude = float(asked.get("latitude", "")), float(asked.get("longitude", ""))
        place = locate(latitude=latitude, longitude=longitude, datum=asked.get("datum", "wgs84"))
    except BadPoint as refusal:
        return JsonResponse({"error": str(refusal)}, status=400)
    except ValueError:
        sentence = _("Latitude and longitude are numbers in degrees.")
        return JsonResponse({"error": sentence}, status=400)
    return JsonResponse(
        {
            "grid": place.grid.name if place.grid else None,
            "community": place.community.name if place.community else None,
            "responsible": place.responsible,
            "outside": place.outside,
        }
    )
