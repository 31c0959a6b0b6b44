"""QR codes in the admin: printed, renewed, revoked; each community its own."""

from io import BytesIO
from typing import Any, cast

from django.contrib import admin, messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids import codes
from grids.admin.base import ScopedAdmin, user_of
from grids.models import QRToken
from grids.models.territory import QRTokenQuerySet
from grids.posters import as_pdf
from wangguan import clock

DAYS_SHOWN = 31


@admin.register(QRToken)
class QRTokenAdmin(ScopedAdmin):
    scope_paths = ("grid__community", "community")
    list_display = ("__str__", "grid", "within", "created_at", "scans", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter), "grid__community")
    search_fields = ("building__address", "grid__name", "grid__code", "community__name")
    autocomplete_fields = ("community", "grid", "building")
    fields = ("community", "grid", "building", "token", "created_at", "revoked_at", "scans", "by_day")
    readonly_fields = ("token", "created_at", "revoked_at", "scans", "by_day")
    actions = ("print_a4", "print_a5", "renew", "revoke")
    change_list_template = "admin/grids/qrtoken/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QRTokenQuerySet:
        return cast(QRTokenQuerySet, super().get_queryset(request)).with_place()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A code that hangs outside keeps its place; another place gets another code."""
        return (*self.readonly_fields, "community", "grid", "building") if obj else self.readonly_fields

    @admin.display(description=gettext_lazy("community"))
    def within(self, code: QRToken) -> str:
        return str(code.within)

    @admin.display(description=gettext_lazy("scans by day"))
    def by_day(self, code: QRToken) -> str:
        days = code.scan_days.order_by("-day")[:DAYS_SHOWN]
        return format_html_join("", "<div>{}: {}</div>", ((row.day, row.scans) for row in days)) or "–"

    # --- actions -------------------------------------------------------------------------
    @admin.action(description=gettext_lazy("Print posters of the chosen codes (A4)"), permissions=["view"])
    def print_a4(self, request: HttpRequest, chosen: QRTokenQuerySet) -> FileResponse | None:
        return self._print(request, chosen, "a4")

    @admin.action(description=gettext_lazy("Print posters of the chosen codes (A5)"), permissions=["view"])
    def print_a5(self, request: HttpRequest, chosen: QRTokenQuerySet) -> FileResponse | None:
        return self._print(request, chosen, "a5")

    def _print(self, request: HttpRequest, chosen: QRTokenQuerySet, paper: str) -> FileResponse | None:
        try:
            sheets = codes.posters(chosen)
        except codes.TooMany:
            told = _("Choose at most %(most)d codes for one file.") % {"most": codes.MOST_POSTERS}
            self.message_user(request, told, messages.WARNING)
            return None
        if not sheets:
            told = _("The chosen codes are revoked; there is nothing to print.")
            self.message_user(request, told, messages.WARNING)
            return None
        return FileResponse(
            BytesIO(as_pdf(sheets, paper)), as_attachment=True, filename=f"posters-{paper}.pdf"
        )

    @admin.action(description=gettext_lazy("Renew the chosen codes"), permissions=["change"])
    def renew(self, request: HttpRequest, chosen: QRTokenQuerySet) -> HttpResponse | None:
        """Asked once more, with the list; then each gets a follower and its posters grow old."""
        living = chosen.in_force()
        if "confirmed" not in request.POST:
            return self._ask(request, living)
        count = len([codes.renew(code) for code in living])
        self.message_user(
            request, _("%(count)d codes renewed. Please print their posters.") % {"count": count}
        )
        return None

    def _ask(self, request: HttpRequest, living: QRTokenQuerySet) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Renew these codes?"),
            "opts": self.model._meta,
            "codes": living,
        }
        return TemplateResponse(request, "admin/grids/qrtoken/renew.html", context)

    @admin.action(description=gettext_lazy("Revoke the chosen codes"), permissions=["change"])
    def revoke(self, request: HttpRequest, chosen: QRTokenQuerySet) -> None:
        """Posters with these codes still open the form, only without grid and building filled in."""
        revoked = chosen.in_force().update(revoked_at=clock.now())
        self.message_user(request, _("%(count)d codes revoked.") % {"count": revoked})

    # --- everything that has none ----------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.missing)
        return [path("missing/", page, name="grids_qrtoken_missing"), *super().get_urls()]

    def missing(self, request: HttpRequest) -> HttpResponse:
        """A press makes a code for every unit and building of one's own that has none."""
        user = user_of(request)
        if request.method == "POST" and self.has_add_permission(request):
            made = codes.make_missing(codes.kept_communities(user), codes.kept_grids(user))
            self.message_user(request, _("%(count)d codes made.") % {"count": made})
        return HttpResponseRedirect(reverse("admin:grids_qrtoken_changelist"))
