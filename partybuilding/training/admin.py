"""Plans and sessions in the stock admin, to be read; everything is done on pages of their own."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from grids import access as doors
from grids.admin.base import ReadOnlyAdmin, user_of
from partybuilding.training.models import Plan, Session

for _model in ("plan", "session"):
    doors.register(f"training.{_model}", view=doors.ADMIN_ROLES)


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin):
    list_display = ("title", "year", "community", "state", "sessions_planned", "hours_planned")
    list_filter = ("year", "state", "community")
    list_select_related = ("community",)
    search_fields = ("title",)
    fields = (
        *("title", "year", "community", "state", "aim", "sessions_planned", "hours_planned"),
        *("note", "made_by", "submitted_by", "submitted_at", "decided_by", "decided_at"),
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Plan]:
        seen = Plan.objects.visible_to(user_of(request))
        return super().get_queryset(request).filter(pk__in=seen.values("pk"))


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "plan", "topic", "mode", "lecturer", "hours")
    list_filter = ("topic", "mode")
    list_select_related = ("gathering", "plan")
    search_fields = ("gathering__title", "lecturer")
    fields = ("plan", "gathering", "topic", "mode", "lecturer", "audience", "hours")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        seen = Session.objects.visible_to(user_of(request))
        return super().get_queryset(request).filter(pk__in=seen.values("pk"))
