"""One ticket as a worker opens it: the page, the resident's number, the photos."""

import logging

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from requests_app.models import Photo, Ticket
from requests_app.views.answers import photo_file, too_many
from requests_app.views.doors import for_staff, member
from requests_app.views.limits import Limit
from requests_app.views.worker import may_call, ticket_page, visible_ticket

logger = logging.getLogger(__name__)

PHONES_AN_HOUR = Limit("phone", most=60)


@require_GET
@for_staff
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    return ticket_page(request, visible_ticket(member(request), number))


@require_POST
@for_staff
def phone(request: HttpRequest, number: str) -> HttpResponse:
    """Show the resident's number to whoever works on the matter; every showing is logged."""
    user = member(request)
    found = visible_ticket(user, number)
    if not may_call(user, found):
        return ticket_page(
            request, found, refusal=_("Only those who work on it call the resident."), status=409
        )
    if not PHONES_AN_HOUR.take(str(user.pk)):
        return too_many(request)
    logger.info("phone shown", extra={"ticket": found.number, "user": user.pk})
    return ticket_page(request, found, phone=found.contact_phone)


@require_GET
@for_staff
def photo(request: HttpRequest, number: str, photo_id: int, size: str) -> FileResponse:
    seen = Ticket.objects.visible_to(member(request))
    return photo_file(get_object_or_404(Photo, pk=photo_id, ticket__in=seen.filter(number=number)), size)
