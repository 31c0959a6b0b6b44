"""The log of unmasking, and the auditor's page over it and over exports; read by two posts, kept by all."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from grids.admin.base import ReadOnlyAdmin
from grids.admin.filters import CommunityFilter, GridFilter
from residents.admin.files import private, xlsx
from residents.forms.watch import SpanForm
from residents.models import Unmasking
from residents.services import watch

EXPORTS_SHOWN = 100


@admin.register(Unmasking)
class UnmaskingAdmin(ReadOnlyAdmin):
    """Taken out from the auditor's page, which leaves out whose fields they were."""

    export_asked_at = "admin:residents_unmasking_audit"
    list_display = ("at", "by", "by_title", "field", "resident", "venue", "grid", "reason")
    list_filter = ("field", CommunityFilter.by("grid__community"), GridFilter)
    list_select_related = ("by", "resident", "venue", "grid")
    search_fields = ("by__real_name", "by__username")
    readonly_fields = fields = ("at", "by", "by_title", "field", "resident", "venue", "grid", "reason")
    change_list_template = "admin/residents/unmasking/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        page, log = self.admin_site.admin_view(self.audit), self.admin_site.admin_view(self.log)
        return [
            path("audit/", page, name="residents_unmasking_audit"),
            path("audit/log.xlsx", log, name="residents_unmasking_log"),
            *super().get_urls(),
        ]

    def audit(self, request: HttpRequest) -> HttpResponse:
        """By day and person, reasons, and exports; what stands out is marked."""
        form = self._form(request)
        span = form.span()
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Who looked at what"),
            "form": form,
            "span": span,
            "query": request.GET.urlencode(),
            "days": watch.days(span),
            "reasons": watch.reasons(span),
            "exports": span.exports()[:EXPORTS_SHOWN],
        }
        return private(TemplateResponse(request, "admin/residents/unmasking/audit.html", context))

    def log(self, request: HttpRequest) -> HttpResponse:
        """The log of these days, without personal data."""
        span = self._form(request).span()
        return xlsx(watch.log(span), f"unmasking-{span.since}-{span.until}.xlsx")

    def _form(self, request: HttpRequest) -> SpanForm:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return SpanForm(request.GET or {})
