"""Groups and projects in the stock admin: read; what is done with them has pages of its own."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.admin.base import ReadOnlyAdmin
from requests_app.repeats.models import Project

doors.register("repeats.project", view=doors.ADMIN_ROLES)


@admin.register(Project)
class ProjectAdmin(ReadOnlyAdmin):
    scope_paths = ("group__community",)
    list_display = ("group_page", "owner", "due_on", "state", "opened_at", "closed_at")
    list_filter = ("state",)
    list_select_related = ("owner", "group")
    fields = ("group_page", "owner", "plan", "due_on", "state", "outcome", "opened_at", "closed_at")
    readonly_fields = fields

    @admin.display(description=_("group of repeats"))
    def group_page(self, project: Project) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("repeats_group", args=[project.group_id]), project.group_id
        )
