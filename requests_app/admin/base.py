"""Lists that are read and never edited."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from grids.admin.base import ScopedAdmin
from wangguan.paging import CappedPaginator


class SteadyList(ChangeList):
    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """The one order that has an index, whatever the address asks for."""
        return list(self.model_admin.get_ordering(request))


class ReadOnlyAdmin(ScopedAdmin):
    """Nobody adds, changes or deletes here; lists stay quick however long the table is."""

    paginator = CappedPaginator
    sortable_by = ()
    # Facets count every row.
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-id",)

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        return SteadyList

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
