"""Firms in the stock admin: what describes them is corrected here; steps have pages of their own."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from grids.admin.base import user_of
from partybuilding import access as party
from partybuilding.office import PartyAdmin
from partybuilding.sectors.models import Firm

party.register("sectors.firm")


@admin.register(Firm)
class FirmAdmin(PartyAdmin):
    """Contacts are masked in the list, and on the page of whoever does not keep the firm."""

    scope_paths = ("community",)
    list_display = (
        *("name", "kind", "trade", "community", "grid", "stage", "people", "party_members"),
        *("masked_contact", "masked_phone"),
    )
    list_filter = ("stage", "kind", "trade", "community")
    list_select_related = ("community", "grid")
    search_fields = ("name", "credit_code", "address")
    autocomplete_fields = ("building",)
    written = (
        *("name", "credit_code", "kind", "trade", "grid", "building", "address", "latitude", "longitude"),
    )
    told = ("page", "stage", "people", "party_members", "floating_members", "adviser", "branch")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Firm]:
        seen = Firm.objects.visible_to(user_of(request)).values("pk")
        return super().get_queryset(request).filter(pk__in=seen)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A new firm begins with an entry, on the page of the room."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was surveyed stays; a firm that is gone takes the step."""
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        contact = ("contact_name", "contact_phone")
        if not self.has_change_permission(request, obj):
            contact = ("masked_contact", "masked_phone")
        return [*self.written, *contact, *self.told]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.told, "masked_contact", "masked_phone")

    def save_model(self, request: HttpRequest, obj: Firm, form: Any, change: bool) -> None:
        """Only what was corrected is written: a step taken meanwhile stays as it is."""
        obj.community_id = obj.grid.community_id
        if not self._keeps(request, obj):
            raise PermissionDenied
        corrected = [name for name in form.changed_data if name in form.fields]
        obj.save(update_fields=[*corrected, "community", "phone_hash"])

    @admin.display(description=_("contact"))
    def masked_contact(self, firm: Firm) -> str:
        return firm.masked_contact

    @admin.display(description=_("phone of the contact"))
    def masked_phone(self, firm: Firm) -> str:
        return firm.masked_phone

    @admin.display(description=_("Steps and surveys"))
    def page(self, firm: Firm) -> SafeString:
        return format_html('<a href="{}">{}</a>', firm.get_absolute_url(), firm.name)
