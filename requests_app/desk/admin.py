"""Who took which list out: read by auditors and street leaders, changed by nobody."""

from django.contrib import admin

from grids import access as doors
from grids.admin.base import ReadOnlyAdmin
from grids.models import Role
from requests_app.desk.models import ListExport

doors.register("desk.listexport", view={Role.STREET_LEADER, Role.AUDITOR})


@admin.register(ListExport)
class ListExportAdmin(ReadOnlyAdmin):
    list_display = ("at", "by", "page", "filters", "rows")
    list_filter = ("page",)
    list_select_related = ("by",)
    readonly_fields = fields = ("at", "by", "page", "filters", "rows")
