"""One network on the phone: a worker's own grid over every line of work, as its office reads it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from grids import network
from grids.doors import for_staff, frame, member, serves
from grids.models import Grid
from wangguan.answers import page, see_other


@require_GET
@for_staff
def grid(request: HttpRequest, code: str) -> HttpResponse:
    """Staff, requests, visits and checks, line by line; a former code leads to today's page."""
    user, found = member(request), Grid.objects.by_code(code)
    if found is None or not serves(user, found):
        raise Http404
    if found.code != code:
        return see_other(reverse("worker_network", args=[found.code]))
    context = {**frame(request, "today"), "grid": found, "network": network.of(found, user)}
    return page(request, "requests_app/network.html", context)
