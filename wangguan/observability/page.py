"""`/metrics`: the figures in Prometheus' text format, for whoever knows the token."""

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from wangguan.observability import counters, figures


def metrics(request: HttpRequest) -> HttpResponse:
    """200 with the figures; 401 for a wrong token; 404 where no token is set, as if nothing stood here."""
    if not settings.METRICS_TOKEN:
        return HttpResponse("not found\n", status=404, content_type="text/plain")
    if not _knows(request, settings.METRICS_TOKEN):
        refusal = HttpResponse(
            "Authorization: Bearer <METRICS_TOKEN>\n", status=401, content_type="text/plain"
        )
        refusal["WWW-Authenticate"] = "Bearer"
        return refusal
    text = generate_latest(counters.registry()) + generate_latest(figures.registry())
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def _knows(request: HttpRequest, token: str) -> bool:
    """Compared in the same time whatever was given."""
    given = request.headers.get("Authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
