"""Reading visits, and how many homes wait for one. Nobody is named, and no care group shows."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from grids.api.fields import FIRST_DAY, LAST_DAY, OF_DAYS, Days, GridField, one_of
from grids.api.shapes import Unit
from grids.doors import may_enter_homes
from grids.models import User, today
from residents import due
from residents.models import Visit
from residents.queries import VisitQuerySet
from residents.terms import Met, Purpose
from wangguan.interfaces.models import Scope
from wangguan.interfaces.rest.openapi import CURSOR, LINK, operation, page_of, query
from wangguan.interfaces.rest.pages import Keyset
from wangguan.interfaces.rest.problems import Unclear
from wangguan.interfaces.rest.scopes import needs
from wangguan.privacy import mask_address

TAG = "visits"
AIMS = ("home", "venue", "patrol")


class VisitFilters(Days):
    """Filters of `GET /api/v1/visits/`; days are those of the visit."""

    grid = GridField()
    purpose = one_of(Purpose.choices)
    met = one_of(Met.choices)

    def narrow(self, rows: VisitQuerySet) -> VisitQuerySet:
        """The visits that all filters leave."""
        chosen = self.cleaned_data
        exact = {name: chosen[name] for name in ("grid", "purpose", "met") if chosen[name]}
        return rows.filter(self.within("visited_at"), **exact)


class LatestVisit(Keyset):
    """The latest visit first."""

    ordering = ("-visited_at", "-id")

    def reads(self, position: str) -> bool:
        """A moment with its offset, of a day that a filter may name too."""
        try:
            moment = parse_datetime(position)
        except ValueError:
            return False
        if moment is None or moment.tzinfo is None:
            return False
        return FIRST_DAY <= moment.date() <= LAST_DAY


@extend_schema_serializer(component_name="Visit")
class VisitShape(serializers.Serializer[Any]):
    """One visit; the place is told to the building."""

    id = serializers.IntegerField()
    visited_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField(
        help_text=gettext_lazy("Later than the visit where a phone had no signal.")
    )
    grid = Unit()
    aim = serializers.SerializerMethodField()
    place = serializers.SerializerMethodField()
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    met = serializers.ChoiceField(
        choices=Met.choices, help_text=gettext_lazy("Only “met” and “phone” count as having met somebody.")
    )
    follow_up_on = serializers.DateField(allow_null=True)

    @extend_schema_field(serializers.ChoiceField(choices=AIMS, allow_null=True))
    def get_aim(self, visit: Visit) -> str | None:
        """Null once the home is no longer on record."""
        keys = (visit.household_id, visit.venue_id, visit.patrol_id)
        return next((aim for aim, key in zip(AIMS, keys, strict=True) if key), None)

    def get_place(self, visit: Visit) -> str:
        """The building; the grid where there is none, or the home is no longer on record."""
        if visit.household:
            return visit.household.dwelling.building.address
        return mask_address(visit.venue.address) if visit.venue else visit.grid.name


@extend_schema_serializer(component_name="WaitingHomes")
class Waiting(serializers.Serializer[Any]):
    """How the homes of one unit stand: a community for who reads the whole street, else a grid."""

    code = serializers.CharField()
    name = serializers.CharField(source="unit")
    due = serializers.IntegerField(help_text=gettext_lazy("Homes to be visited today or before."))
    overdue = serializers.IntegerField(help_text=gettext_lazy("Those of them that were due before today."))
    visited = serializers.IntegerField(help_text=gettext_lazy("Homes visited within the last 30 days."))


class WaitingByUnit(serializers.Serializer[Any]):
    on = serializers.DateField()
    results = Waiting(many=True)


@operation(
    "list_visits",
    gettext_lazy("Visits, the latest first"),
    gettext_lazy(
        "Visits to homes and venues and notes on patrol, of the grids whose people the key's account knows: "
        "when, where to the building, how it went. Nobody is named, and no care group shows."
    ),
    tag=TAG,
    answers={200: page_of(VisitShape)},
    refuses=[400],
    parameters=[
        *OF_DAYS,
        query("grid", gettext_lazy("Code of a grid, 15 digits.")),
        query("purpose", gettext_lazy("What for."), enum=Purpose.values),
        query("met", gettext_lazy("Whether it met somebody."), enum=Met.values),
        *(CURSOR, LINK),
    ],
)
@api_view(["GET"])
@needs(Scope.VISITS_READ)
def visits(request: Request) -> Response:
    """Twenty visits of the grids whose people the caller knows, the latest first."""
    user = _who_enters_homes(request)
    filters = VisitFilters(request.query_params)
    if not filters.is_valid():
        raise Unclear.of(filters)
    pages = LatestVisit()
    found = filters.narrow(Visit.objects.visible_to(user)).without_names()
    return pages.get_paginated_response(VisitShape(pages.paginate_queryset(found, request), many=True).data)


@operation(
    "count_waiting_homes",
    gettext_lazy("Homes that wait for a visit"),
    gettext_lazy(
        "How many homes are due and overdue: by community for who reads the whole street, else by grid, in "
        "the order of their codes. Numbers without names."
    ),
    tag=TAG,
    answers={200: WaitingByUnit},
)
@api_view(["GET"])
@needs(Scope.VISITS_READ)
def waiting(request: Request) -> Response:
    """How many homes are due and overdue, by unit: numbers without names."""
    user = _who_enters_homes(request)
    return Response(WaitingByUnit({"on": today(), "results": due.figures(user)}).data)


def _who_enters_homes(request: Request) -> User:
    """The caller, whose post opens the rooms about homes.

    Raises:
        PermissionDenied: none does.
    """
    user = cast(User, request.user)
    if not may_enter_homes(user):
        raise PermissionDenied(_("This room is about residents' homes; your post does not include it."))
    return user
