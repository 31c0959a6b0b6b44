"""What was added, changed and deleted in the admin, and by whom: Django's own entries, to be read."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from grids import access
from grids.admin.base import ReadOnlyAdmin
from grids.models import Role
from wangguan import journal

access.register("admin.logentry", view=(Role.STREET_LEADER, Role.AUDITOR))


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    """Rules, limits, texts, posts and whatever else is edited here leaves an entry that nobody edits."""

    list_display = ("action_time", "user", "what", "object_repr", "action_flag", "fields_changed")
    list_filter = ("action_flag", ("content_type", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "user__real_name", "user__username")
    fields = ("action_time", "user", "what", "object_repr", "action_flag", "fields_changed")
    readonly_fields = fields

    @admin.display(description=_("register"))
    def what(self, entry: LogEntry) -> str:
        model = entry.content_type.model_class() if entry.content_type else None
        return str(model._meta.verbose_name) if model else ""

    @admin.display(description=_("what was changed"))
    def fields_changed(self, entry: LogEntry) -> SafeString:
        return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in journal.told(entry)))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("user", "content_type")
