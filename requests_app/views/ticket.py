"""One ticket as a worker opens it: the page, whether it moved, the resident's number, the photos."""

import logging

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from grids.doors import for_staff, member
from requests_app.models import Photo, Ticket, TicketEvent
from requests_app.services.calls import dial
from requests_app.views.worker import ticket_page, visible_ticket
from requests_app.workflow import ActorKind
from wangguan.answers import photo_file, too_many
from wangguan.limits import Limit
from wangguan.refusals import Refused

logger = logging.getLogger(__name__)

PHONES_AN_HOUR = Limit("phone", most=60, guards=True)
_WAIT = gettext_lazy("So many numbers in one hour are too many; please wait a little.")


@require_GET
@for_staff
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    return ticket_page(request, visible_ticket(member(request), number))


@require_GET
@for_staff
def version(request: HttpRequest, number: str) -> JsonResponse:
    """Whether the ticket moved since `seen`, and by whom: what an open page asks for every few seconds."""
    seen = Ticket.objects.visible_to(member(request)).filter(number=number)
    found = get_object_or_404(seen.only("version"))
    answer = {"version": found.version, "says": ""}
    if request.GET.get("seen") != str(found.version):
        last = found.events.filter(version=found.version).select_related("actor").first()
        answer["says"] = _moved(last) if last else ""
    response = JsonResponse(answer)
    response["Cache-Control"] = "private, no-store"
    return response


def _moved(last: TicketEvent) -> str:
    who = str(last.actor) if last.actor else str(ActorKind(last.actor_kind).label)
    return _("%(who)s has just moved this matter: “%(step)s”.") % {"who": who, "step": last.label}


@require_POST
@for_staff
def phone(request: HttpRequest, number: str) -> HttpResponse:
    """The resident's number for whoever works on the matter; every tap is an entry and a line of the log.

    A script asks for JSON and dials at once; without one the page shows the number to tap.
    """
    user, wants_json = member(request), not request.accepts("text/html")
    found = visible_ticket(user, number)
    if not PHONES_AN_HOUR.take(str(user.pk)):
        return _says(_WAIT, status=429) if wants_json else too_many(request)
    try:
        dial(found, by=user, reason=request.POST.get("reason", ""))
    except Refused as refusal:
        if wants_json:
            return _says(refusal.sentence, status=409)
        return ticket_page(request, found, refusal=refusal.sentence, status=409)
    logger.info("phone shown", extra={"ticket": found.number, "user": user.pk})
    if wants_json:
        return _dialled(found)
    return ticket_page(request, found, phone=found.contact_phone)


def _says(sentence: str | Promise, *, status: int) -> JsonResponse:
    return JsonResponse({"says": sentence}, status=status)


def _dialled(found: Ticket) -> JsonResponse:
    response = JsonResponse({"phone": found.contact_phone})
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
@for_staff
def photo(request: HttpRequest, number: str, photo_id: int, size: str) -> FileResponse:
    seen = Ticket.objects.visible_to(member(request))
    return photo_file(get_object_or_404(Photo, pk=photo_id, ticket__in=seen.filter(number=number)), size)
