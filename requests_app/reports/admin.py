"""Who is sent reports."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from grids.admin.base import ScopedAdmin
from requests_app.reports.forms import RecipientForm
from requests_app.reports.models import Recipient
from requests_app.reports.terms import Kind


@admin.register(Recipient)
class RecipientAdmin(ScopedAdmin):
    """Nobody is deleted: what was sent to whom stays on record."""

    form = RecipientForm
    list_display = ("name", "email", "wants", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "email")
    search_help_text = RecipientForm.base_fields["name"].help_text

    @admin.display(description=RecipientForm.base_fields["kinds"].label)
    def wants(self, recipient: Recipient) -> str:
        return "、".join(str(Kind(kind).label) for kind in recipient.kinds)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
