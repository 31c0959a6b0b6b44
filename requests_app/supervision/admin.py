"""Supervision in the stock admin: the limits are edited, cases are read; acts have pages of their own."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.admin.base import ReadOnlyAdmin, ScopedAdmin, user_of
from requests_app.supervision.models import Case, LimitRule
from wangguan.journal import Telling

doors.register("supervision.limitrule", view=doors.ADMIN_ROLES, edit=doors.EDITORS, delete=doors.EDITORS)
doors.register("supervision.case", view=doors.ADMIN_ROLES)


@admin.register(LimitRule)
class LimitRuleAdmin(Telling, ScopedAdmin):
    list_display = ("cause", "answer_days", "judge_days")


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    list_display = ("ticket", "unit", "cause", "state", "round", "opened_at", "due_at")
    list_filter = ("state", "cause", "level")
    list_select_related = ("ticket", "grid", "community")
    search_fields = ("=ticket__number",)
    fields = ("ticket", "unit", "cause", "rule", "state", "round", "reason", "opened_at", "due_at", "page")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """Those of tickets that the reader may see."""
        return (
            super()
            .get_queryset(request)
            .filter(pk__in=Case.objects.visible_to(user_of(request)).values("pk"))
        )

    @admin.display(description=_("unit"))
    def unit(self, case: Case) -> str:
        return case.unit

    @admin.display(description=_("Answer or judge"))
    def page(self, case: Case) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("supervision_case", args=[case.pk]), case.ticket.number
        )
