"""Displays: made here, their token shown once, revoked here."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.admin.base import ScopedAdmin, user_of
from requests_app.screen import services
from requests_app.screen.models import Display

doors.register("screen.display", edit=doors.EDITORS)


@admin.register(Display)
class DisplayAdmin(ScopedAdmin):
    list_display = ("name", "created_by", "created_at", "expires_at", "seen_at", "is_in_force")
    list_select_related = ("created_by",)
    fields = ("name", "expires_at", "created_by", "created_at", "seen_at", "revoked_at")
    readonly_fields = ("created_by", "created_at", "seen_at", "revoked_at")
    actions = ("revoke",)
    sortable_by = ()

    @admin.display(description=_("may show the screen"), boolean=True)
    def is_in_force(self, display: Display) -> bool:
        return display.is_in_force

    def has_delete_permission(self, request: HttpRequest, obj: Display | None = None) -> bool:
        """A display is revoked, not forgotten."""
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_actions(request) if self.has_change_permission(request) else {}

    def save_model(self, request: HttpRequest, obj: Display, form: Any, change: bool) -> None:
        """A new display gets its token, which is shown now and never again."""
        if not change:
            token = services.new_token()
            obj.token_hash, obj.created_by = services.hashed(token), user_of(request)
            address = request.build_absolute_uri(f"{reverse('screen')}?token={token}")
            told = _("Open this address on the display; it is shown only now: {}")
            messages.warning(request, format_html(str(told), address))
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Display, post_url_continue: Any = None) -> HttpResponse:
        response = super().response_add(request, obj, post_url_continue)
        response["Cache-Control"] = "private, no-store"
        return response

    @admin.action(description=_("Revoke: show the screen no longer"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Display]) -> None:
        for display in queryset:
            services.revoke(display, by=user_of(request))
        self.message_user(request, _("Revoked. The displays go dark within a minute."))
