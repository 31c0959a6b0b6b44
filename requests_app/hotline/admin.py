"""The hotline's files in the stock admin: looked at, changed on the room's own pages."""

from django.contrib import admin

from grids.admin.base import ReadOnlyAdmin
from requests_app.hotline.models import HotlineRun, Layout, ReplyExport


@admin.register(HotlineRun)
class HotlineRunAdmin(ReadOnlyAdmin):
    list_display = ("file_name", "layout", "state", "created", "history", "by", "uploaded_at", "undone_at")
    list_filter = ("state",)
    list_select_related = ("by", "layout")


@admin.register(Layout)
class LayoutAdmin(ReadOnlyAdmin):
    list_display = ("name", "made_by", "made_at")
    list_select_related = ("made_by",)


@admin.register(ReplyExport)
class ReplyExportAdmin(ReadOnlyAdmin):
    list_display = ("layout", "scope", "rows", "replies", "by", "at", "told_by", "told_at")
    list_select_related = ("layout", "by", "told_by")
