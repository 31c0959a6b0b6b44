"""What all our admin pages share: each sees their own rows, and no page counts a whole table."""

from typing import Any, ClassVar, TypeVar, cast

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from grids import access
from grids.models import User
from wangguan.lists import OfficeList
from wangguan.paging import CappedPaginator

M = TypeVar("M", bound=Model)


def user_of(request: HttpRequest) -> User:
    """Who is signed in; the admin's door has let nobody else through."""
    return cast(User, request.user)


class ScopedAdmin(OfficeList):
    """Lists, look-ups and choices of one model, within what `access.admin_scope` opens to the user."""

    # How a row reaches its community; without any, everybody in the admin sees all rows.
    scope_paths: ClassVar[tuple[str, ...]] = ()
    show_full_result_count = False
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.limit(request, super().get_queryset(request))

    def limit(self, request: HttpRequest, rows: QuerySet[M]) -> QuerySet[M]:
        if not self.scope_paths:
            return rows
        return access.admin_scope(user_of(request)).limit(rows, *self.scope_paths)

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> Any:
        """A form accepts only rows that its user sees, also when the number was typed by hand."""
        other = self.admin_site._registry.get(db_field.remote_field.model)
        if isinstance(other, ScopedAdmin):
            return other.get_queryset(request)
        return super().get_field_queryset(db, db_field, request)


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
