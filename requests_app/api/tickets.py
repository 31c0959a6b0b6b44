"""Reading tickets: the list, one of them, what happened to it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.decorators import api_view, parser_classes
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from requests_app.api import described, telling
from requests_app.api.filters import TicketFilters
from requests_app.api.reading import FORMS
from requests_app.api.shapes import Entry, Receipt, Row, Whole
from requests_app.models import Ticket
from wangguan.interfaces.models import Scope
from wangguan.interfaces.rest import conditional
from wangguan.interfaces.rest.idempotency import once
from wangguan.interfaces.rest.openapi import CURSOR, ETAG, IF_NONE_MATCH, LINK, operation, page_of
from wangguan.interfaces.rest.pages import Newest, Oldest
from wangguan.interfaces.rest.problems import Unclear
from wangguan.interfaces.rest.scopes import needs

TAG = "tickets"


@operation(
    "list_tickets",
    gettext_lazy("List matters"),
    gettext_lazy("Twenty matters that the caller may see, newest first; all filters given must hold."),
    tag=TAG,
    method="GET",
    answers={200: page_of(Row)},
    refuses=(400,),
    parameters=[*described.FILTERS, CURSOR, LINK],
)
@operation(
    "create_ticket",
    gettext_lazy("Tell a matter on somebody's behalf"),
    described.TELLING,
    tag=TAG,
    method="POST",
    answers={201: Receipt, 200: Receipt},
    sends=described.MATTER,
    parameters=[described.LOCATION],
    examples=described.MATTERS,
)
@api_view(["GET", "POST"])
@parser_classes(FORMS)
@needs(Scope.TICKETS_READ, writing=Scope.TICKETS_WRITE)
@once
def tickets(request: Request) -> Response:
    """The list of matters, and where one is told."""
    return telling.tell(request) if request.method == "POST" else _listed(request)


def _listed(request: Request) -> Response:
    filters = TicketFilters(request.query_params)
    if not filters.is_valid():
        raise Unclear.of(filters)
    found = filters.narrow(Ticket.objects.visible_to(request.user).for_list())
    pages = Newest()
    shown = pages.paginate_queryset(found, request)
    return pages.get_paginated_response(Row(shown, many=True, context={"request": request}).data)


@operation(
    "get_ticket",
    gettext_lazy("Read a matter"),
    gettext_lazy("With its answers and photos, and the steps that the caller may take now."),
    tag=TAG,
    answers={200: Whole, 304: None},
    parameters=[described.NUMBER, ETAG, IF_NONE_MATCH],
)
@api_view(["GET"])
@needs(Scope.TICKETS_READ)
def ticket(request: Request, number: str) -> Response:
    """One ticket, with the steps that the caller may take now."""
    found = visible(request, number)
    return conditional.shown(request, Whole(found, context={"request": request}).data, version=found.version)


@operation(
    "list_ticket_events",
    gettext_lazy("Read what happened to a matter"),
    gettext_lazy("Fifty entries, the oldest first. Entries never change."),
    tag=TAG,
    answers={200: page_of(Entry)},
    refuses=(400,),
    parameters=[described.NUMBER, CURSOR, LINK],
)
@api_view(["GET"])
@needs(Scope.TICKETS_READ)
def events(request: Request, number: str) -> Response:
    """What happened to one ticket, in order."""
    entries = visible(request, number).events.select_related("text", "actor")
    pages = Oldest()
    shown = pages.paginate_queryset(entries, request)
    return pages.get_paginated_response(Entry(shown, many=True).data)


def visible(request: Request, number: str) -> Ticket:
    """The ticket with this number.

    Raises:
        NotFound: there is none, or the caller may not see it; which of the two is not said.
    """
    seen = Ticket.objects.visible_to(request.user).with_units("first_handler", "parent")
    if found := seen.filter(number=number).first():
        return found
    raise NotFound(_("There is no such matter, or it is not yours to see."))
