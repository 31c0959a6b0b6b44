"""What narrows lists of the admin: units that the reader sees, by code."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.admin.base import user_of
from grids.models import Community, Grid

Choices = list[tuple[str, Any]]


class _UnitFilter(admin.SimpleListFilter):
    path: ClassVar[str]
    """How a row reaches the unit's code."""

    @classmethod
    def by(cls, path: str) -> "type[_UnitFilter]":
        """The same filter for rows that reach the unit by `path`, e.g. "building__grid"."""
        return type(cls.__name__, (cls,), {"path": f"{path}__code"})

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
        seen = scope.limit(Grid.objects.in_force(), "community")
        if len(community := request.GET.get("community", "")) == 12 and community.isdecimal():
            seen = seen.filter(community__code=community)
        return list(seen.order_by("code").values_list("code", "name"))
