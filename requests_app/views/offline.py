"""What a worker's phone keeps for places without signal (docs/decisions/0017-offline.md)."""

from pathlib import Path

from django.conf import settings
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.views.decorators.http import require_GET

from grids import bar
from grids.doors import for_staff, member, unit_of
from requests_app.models import Photo, Ticket
from requests_app.templatetags.portal import whose
from requests_app.views import lists
from requests_app.workflow import STEPS
from residents.views import checks
from residents.views.shown import to_keep
from wangguan.answers import page

TICKETS, THUMBNAILS, VISITS = 30, 60, 15
"""How much a phone keeps at most."""
ROOMS = ("worker_today", "worker_outbox", "offline")
"""Pages kept beside those of tickets and of the bar."""
NOTE_STEP = "remark" if "remark" in STEPS else "handle"
"""What an answer becomes that can no longer be given but is worth keeping."""


@require_GET
@for_staff
def manifest(request: HttpRequest) -> JsonResponse:
    """Whose phone it is, a fresh key for forms, and the addresses worth keeping; bounded."""
    user = member(request)
    mine_first = Case(When(assignee=user, then=0), default=1)
    tickets = list(lists.ours(user).order_by(mine_first, "due_at", "id")[:TICKETS])
    urls = [*map(reverse, ROOMS), *(tab.url for tab in bar.of(user) if tab.kept)]
    urls += [ticket.get_absolute_url() for ticket in tickets]
    urls += to_keep(user, VISITS)
    urls += _thumbnails(tickets)
    urls += checks.worth_keeping(user)
    response = JsonResponse({"who": whose(user), "csrf": get_token(request), "pages": urls})
    response["Cache-Control"] = "private, no-store"
    return response


def _thumbnails(tickets: list[Ticket]) -> list[str]:
    photos = Photo.objects.filter(ticket__in=tickets).select_related("ticket").only("ticket__number")
    return [
        reverse("worker_photo", args=[photo.ticket.number, photo.pk, "thumbnail"])
        for photo in photos.order_by("ticket__due_at", "id")[:THUMBNAILS]
    ]


@require_GET
@for_staff
def outbox(request: HttpRequest) -> HttpResponse:
    """What waits on this phone: the rows are the phone's own (js/offline/outbox.js), the frame is ours."""
    user = member(request)
    context = {"here": "today", "unit": unit_of(user), "note_step": NOTE_STEP}
    return page(request, "requests_app/outbox.html", context)


@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """/sw.js stands at the root, so that it may serve the workers' pages and the static files."""
    folder = Path(settings.BASE_DIR) / "static" / "js"
    source = "\n".join((folder / name).read_text(encoding="utf-8") for name in ("offline/kept.js", "sw.js"))
    response = HttpResponse(source, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = "/"
    return response
