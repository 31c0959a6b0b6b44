"""Limits by kind, edited by the office; whistles as auditors read them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.admin.base import ReadOnlyAdmin, ScopedAdmin, user_of
from requests_app.whistles.models import Call, KindRule, Matter, Whistle
from wangguan.journal import Telling

doors.register("whistles.kindrule", view=doors.ADMIN_ROLES, edit=doors.EDITORS)
for _model in ("whistle", "call", "matter"):
    doors.register(f"whistles.{_model}", view=doors.ADMIN_ROLES)


@admin.register(KindRule)
class KindRuleAdmin(Telling, ScopedAdmin):
    """One row for each kind; a whistle that is blown already keeps the limit it was blown with."""

    list_display = ("kind", "amount", "unit", "nudge_days")

    def get_readonly_fields(self, request: HttpRequest, obj: KindRule | None = None) -> tuple[str, ...]:
        return ("kind",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: KindRule | None = None) -> bool:
        return False


class _Inline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CallInline(_Inline):
    model = Call
    fields = (
        "department",
        "task",
        "state",
        "called_at",
        "check_in_due",
        "checked_in_at",
        "concluded_at",
        "rating",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Call]:
        return super().get_queryset(request).select_related("department")


class MatterInline(_Inline):
    model = Matter
    fields = ("ticket", "consent", "consent_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Matter]:
        """Not those that are hidden from the reader."""
        from requests_app.models import Ticket

        seen = Ticket.objects.visible_to(user_of(request))
        return super().get_queryset(request).filter(ticket__in=seen).select_related("ticket")


@admin.register(Whistle)
class WhistleAdmin(ReadOnlyAdmin):
    list_display = ("number", "title", "kind", "state", "drafted_by", "blown_at", "concluded_at")
    list_filter = ("state", "kind")
    search_fields = ("=number",)
    search_help_text = _("A whole number.")
    list_select_related = ("drafted_by",)
    fields = (
        *("number", "kind", "state", "title", "needs", "place", "meet_at", "knows_other"),
        *("drafted_by", "drafted_at", "approved_by", "approved_at"),
        *("blown_at", "check_in_due", "concluded_at", "urged_at"),
    )
    readonly_fields = fields
    inlines = (CallInline, MatterInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Whistle]:
        return Whistle.objects.visible_to(user_of(request)).order_by("-id")
