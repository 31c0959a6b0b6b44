"""Streets, communities, grids, estates, buildings, roads and departments in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from grids.admin.base import ScopedAdmin
from grids.models import Building, Community, Department, Estate, Grid, LineCode, Road, Street
from grids.queries import staffing


@admin.register(Street)
class StreetAdmin(ScopedAdmin):
    scope_paths = ("communities",)
    list_display = ("code", "name")
    search_fields = ("code", "name")


@admin.register(Community)
class CommunityAdmin(ScopedAdmin):
    scope_paths = ("pk",)
    list_display = ("code", "name", "contact")
    search_fields = ("code", "name")
    autocomplete_fields = ("street",)


class GridForm(forms.ModelForm):
    """The robot's key is written, never shown."""

    wecom_robot_key = forms.CharField(
        label=_("key of the WeCom group robot"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Leave empty to keep the present key; a single hyphen removes it."),
    )

    class Meta:
        model = Grid
        fields = (
            "code",
            "community",
            "kind",
            "name",
            "planned_households",
            "boundary",
            "wechat_group_name",
            "wechat_group_owner",
            "wechat_group_size",
            "wecom_robot_key",
        )

    def clean_wecom_robot_key(self) -> str:
        typed = str(self.cleaned_data["wecom_robot_key"])
        return {"": self.instance.wecom_robot_key, "-": ""}.get(typed, typed)


@admin.register(Grid)
class GridAdmin(ScopedAdmin):
    form = GridForm
    scope_paths = ("community",)
    list_display = ("code", "name", "community", "kind", "planned_households")
    list_filter = ("kind", "community")
    list_select_related = ("community",)
    search_fields = ("code", "name")
    autocomplete_fields = ("community",)
    readonly_fields = ("has_robot",)
    change_list_template = "admin/grids/grid/change_list.html"

    @admin.display(description=_("WeCom group robot"), boolean=True)
    def has_robot(self, grid: Grid) -> bool:
        return bool(grid.wecom_robot_key)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Forms that look a grid up are offered those in force; the list itself keeps the others."""
        if request.path.endswith("/autocomplete/"):
            queryset = queryset.filter(ended_on__isnull=True)
        return super().get_search_results(request, queryset, search_term)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever may only look is not shown the key."""
        fields = [*GridForm.Meta.fields, "has_robot"]
        if not self.has_change_permission(request, obj):
            fields.remove("wecom_robot_key")
        return fields

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.vacancies)
        return [path("vacancies/", page, name="grids_grid_vacancies"), *super().get_urls()]

    def vacancies(self, request: HttpRequest) -> HttpResponse:
        """Posts that the settings ask for and nobody holds, and those held by too many."""
        rows = staffing(self.get_queryset(request))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Unfilled posts"),
            "opts": self.model._meta,
            "missing": [row for row in rows if row.missing],
            "excess": [row for row in rows if row.excess],
            "grids_url": reverse("admin:grids_grid_changelist"),
        }
        return TemplateResponse(request, "admin/grids/grid/vacancies.html", context)


@admin.register(LineCode)
class LineCodeAdmin(ScopedAdmin):
    """What other lines of work call our grids; whole lists come by file (`grids.line_file`)."""

    scope_paths = ("grid__community",)
    list_display = ("line", "code", "name", "grid", "starts_on", "ends_on")
    list_filter = ("line",)
    list_select_related = ("grid",)
    search_fields = ("code", "name", "grid__name")
    autocomplete_fields = ("grid",)


@admin.register(Estate)
class EstateAdmin(ScopedAdmin):
    scope_paths = ("community",)
    list_display = ("name", "community")
    list_filter = ("community",)
    list_select_related = ("community",)
    search_fields = ("name",)
    autocomplete_fields = ("community",)


@admin.register(Building)
class BuildingAdmin(ScopedAdmin):
    scope_paths = ("grid__community",)
    list_display = ("address", "grid", "estate", "entrances")
    list_filter = ("grid__community",)
    list_select_related = ("grid", "estate")
    search_fields = ("address", "name", "grid__code")
    autocomplete_fields = ("grid", "estate")


@admin.register(Road)
class RoadAdmin(ScopedAdmin):
    scope_paths = ("community",)
    list_display = ("name", "community", "grid")
    list_filter = ("community",)
    list_select_related = ("community", "grid")
    search_fields = ("name",)
    autocomplete_fields = ("community", "grid")


@admin.register(Department)
class DepartmentAdmin(ScopedAdmin):
    list_display = ("code", "name")
    search_fields = ("code", "name")
