"""The register's memory and who fetched what: logs that nobody can change."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from grids.admin.base import ReadOnlyAdmin
from grids.admin.filters import CommunityFilter
from residents.admin.homes import OF_HOUSEHOLD
from residents.admin.people import PeopleList
from residents.models import Download, RegisterEntry


@admin.register(RegisterEntry)
class RegisterEntryAdmin(PeopleList):
    """Who changed something and when; from what to what stands on the household's page."""

    scope_paths = (f"household__{OF_HOUSEHOLD}__community",)
    list_display = ("at", "kind", "on", "resident", "building", "by")
    list_filter = ("kind", CommunityFilter.by(f"household__{OF_HOUSEHOLD}__community"))
    list_select_related = ("resident", "household__dwelling__building", "by")
    readonly_fields = fields = ("at", "kind", "on", "resident", "building", "by")

    @admin.display(description=_("building"))
    def building(self, entry: RegisterEntry) -> str:
        return str(entry.household.dwelling.building) if entry.household else ""


@admin.register(Download)
class DownloadAdmin(ReadOnlyAdmin):
    list_display = ("at", "by", "export")
    list_select_related = ("by", "export")
    readonly_fields = fields = ("at", "by", "export")
