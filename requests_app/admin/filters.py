"""What narrows the admin's list of tickets: units that the reader sees, by code; and what burns."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.admin.base import user_of
from grids.models import Community, Grid
from requests_app.queries import TicketQuerySet
from wangguan import clock

Choices = list[tuple[str, Any]]


class _UnitFilter(admin.SimpleListFilter):
    path: ClassVar[str]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the chosen unit; a code that is not offered narrows nothing."""
        offered = {str(code) for code, _name in self.lookup_choices}
        return queryset.filter(**{self.path: self.value()}) if self.value() in offered else queryset


class CommunityFilter(_UnitFilter):
    title: str | Promise = _("community")  # type: ignore[assignment]
    parameter_name = "community"
    path = "community__code"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Choices:
        seen = doors.admin_scope(user_of(request)).limit(Community.objects.all(), "pk")
        return list(seen.order_by("code").values_list("code", "name"))


class GridFilter(_UnitFilter):
    """The grids of the chosen community; the street's seventy-one are too many to offer at once."""

    title: str | Promise = _("grid")  # type: ignore[assignment]
    parameter_name = "grid"
    path = "grid__code"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Choices:
        scope = doors.admin_scope(user_of(request))
        if scope.everywhere and not {"community", "grid"} & request.GET.keys():
            return []
        seen = scope.limit(Grid.objects.all(), "community")
        if len(community := request.GET.get("community", "")) == 12 and community.isdecimal():
            seen = seen.filter(community__code=community)
        return list(seen.order_by("code").values_list("code", "name"))


class BurningFilter(admin.SimpleListFilter):
    title: str | Promise = _("deadline")  # type: ignore[assignment]
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Choices:
        return [("overdue", _("Overdue")), ("soon", _("Due soon")), ("call", _("Call the resident"))]

    def queryset(self, request: HttpRequest, queryset: TicketQuerySet) -> TicketQuerySet:  # type: ignore[override]
        match self.value():
            case "overdue":
                return queryset.overdue(clock.now())
            case "soon":
                return queryset.due_soon(clock.now())
            case "call":
                return queryset.to_call()
        return queryset
