"""Reading whistles: as the office that blew them, or as a department that was called."""

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from grids.api.fields import OF_DAYS, Days, one_of
from grids.models import Department, User
from requests_app.models import Ticket
from requests_app.whistles import access
from requests_app.whistles.api.shapes import WhistleRow, WholeWhistle
from requests_app.whistles.models import Call, Matter, Whistle
from requests_app.whistles.queries import WhistleQuerySet, departments_of
from requests_app.whistles.workflow import CallState, Kind, State
from wangguan.interfaces.models import Scope
from wangguan.interfaces.rest.openapi import CURSOR, LINK, operation, page_of, query
from wangguan.interfaces.rest.pages import Newest
from wangguan.interfaces.rest.problems import Unclear
from wangguan.interfaces.rest.scopes import needs
from wangguan.words import storable

TAG = "whistles"


@dataclass(frozen=True)
class Reader:
    """Which whistles somebody reads; `departments`: as one of these alone, None as the office."""

    user: User
    departments: list[int] | None

    @classmethod
    def of(cls, request: Request) -> "Reader":
        """The caller.

        Raises:
            PermissionDenied: neither an office nor a department.
        """
        user = cast(User, request.user)
        if access.may_look(user):
            return cls(user, None)
        if own := departments_of(user):
            return cls(user, own)
        raise PermissionDenied(_("Whistles are read by the street's offices and the departments it calls."))

    def whistles(self) -> WhistleQuerySet:
        """With the calls that the reader may know of."""
        calls = Call.objects.select_related("department").order_by("department__code")
        if self.departments is None:
            return Whistle.objects.visible_to(self.user).prefetch_related(Prefetch("calls", calls))
        called = calls.exclude(state=CallState.WAITING)
        return Whistle.objects.called_to(self.user).prefetch_related(Prefetch("calls", called))

    def matters(self, whistle: Whistle) -> list[Matter]:
        """Those that the office's reader sees as tickets; departments see all but complaints about staff."""
        rows = whistle.matters.filter(ticket__about_staff=False)
        if self.departments is None:
            rows = whistle.matters.filter(ticket__in=Ticket.objects.visible_to(self.user).values("pk"))
        shown = rows.select_related("ticket__grid", "ticket__community")
        return list(shown.defer("ticket__grid__boundary", "ticket__community__boundary"))

    def context(self, request: Request) -> dict[str, Any]:
        return {"request": request, "departments": self.departments}


class WhistleFilters(Days):
    """Filters of `GET /api/v1/whistles/`; days are those on which it was blown."""

    state = one_of(State.choices)
    kind = one_of(Kind.choices)
    department = forms.CharField(required=False, max_length=30)

    def clean_department(self) -> Department | None:
        code = self.cleaned_data["department"]
        found = Department.objects.filter(code=code).first() if code else None
        if code and found is None:
            raise forms.ValidationError(_("There is no department with this code."))
        return found

    def narrow(self, rows: WhistleQuerySet) -> WhistleQuerySet:
        """The whistles that all filters leave."""
        chosen = self.cleaned_data
        exact = {name: chosen[name] for name in ("state", "kind") if chosen[name]}
        rows = rows.filter(self.within("blown_at"), **exact)
        if department := chosen["department"]:
            called = Call.objects.filter(whistle=OuterRef("pk"), department=department)
            rows = rows.filter(Exists(called.exclude(state=CallState.WAITING)))
        return rows


@operation(
    "list_whistles",
    gettext_lazy("Whistles, newest first"),
    gettext_lazy(
        "Calls of the street to departments. The street reads all, a community those of its own matters, a "
        "department those that called it. The days are those on which a whistle was blown."
    ),
    tag=TAG,
    answers={200: page_of(WhistleRow)},
    refuses=[400],
    parameters=[
        query("state", gettext_lazy("How far it is."), enum=State.values),
        query("kind", gettext_lazy("What it calls for."), enum=Kind.values),
        query("department", gettext_lazy("Code of a department that was called.")),
        *(*OF_DAYS, CURSOR, LINK),
    ],
)
@api_view(["GET"])
@needs(Scope.WHISTLES_READ)
def whistles(request: Request) -> Response:
    """Twenty whistles that the caller may see, newest first."""
    reader, filters = Reader.of(request), WhistleFilters(request.query_params)
    if not filters.is_valid():
        raise Unclear.of(filters)
    pages = Newest()
    shown = pages.paginate_queryset(filters.narrow(reader.whistles()), request)
    return pages.get_paginated_response(WhistleRow(shown, many=True, context=reader.context(request)).data)


@operation(
    "get_whistle",
    gettext_lazy("One whistle"),
    gettext_lazy("With what is needed, where to meet, and the matters it is for, without who told them."),
    tag=TAG,
    answers={200: WholeWhistle},
    parameters=[
        OpenApiParameter("whistle_number", str, "path", description=gettext_lazy("The whistle's number."))
    ],
)
@api_view(["GET"])
@needs(Scope.WHISTLES_READ)
def whistle(request: Request, whistle_number: str) -> Response:
    """One whistle with what is needed and the matters it is for."""
    reader = Reader.of(request)
    found = reader.whistles().filter(number=storable(whistle_number)).first()
    if found is None:
        raise NotFound(_("There is no such whistle, or it is not yours to see."))
    context = {**reader.context(request), "matters": reader.matters(found)}
    return Response(WholeWhistle(found, context=context).data)
