"""Reading tickets: the list, one of them, what happened to it."""

from django.utils.translation import gettext as _
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from requests_app.api.filters import TicketFilters
from requests_app.api.shapes import Entry, Row, Whole
from requests_app.models import Ticket
from wangguan.interfaces.models import Scope
from wangguan.interfaces.rest.pages import Newest, Oldest
from wangguan.interfaces.rest.problems import Unclear
from wangguan.interfaces.rest.scopes import needs


@api_view(["GET"])
@needs(Scope.TICKETS_READ)
def tickets(request: Request) -> Response:
    """Twenty tickets that the caller may see, newest first."""
    filters = TicketFilters(request.query_params)
    if not filters.is_valid():
        raise Unclear.of(filters)
    found = filters.narrow(Ticket.objects.visible_to(request.user).for_list())
    pages = Newest()
    shown = pages.paginate_queryset(found, request)
    return pages.get_paginated_response(Row(shown, many=True, context={"request": request}).data)


@api_view(["GET"])
@needs(Scope.TICKETS_READ)
def ticket(request: Request, number: str) -> Response:
    """One ticket, with the steps that the caller may take now."""
    return Response(Whole(visible(request, number), context={"request": request}).data)


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
