"""Venues, and the checklists that the street keeps for them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from grids.admin.base import ReadOnlyAdmin, ScopedAdmin
from grids.admin.filters import CommunityFilter, GridFilter
from residents.models import CheckItem, Venue
from wangguan.journal import Telling


@admin.register(Venue)
class VenueAdmin(ReadOnlyAdmin):
    scope_paths = ("grid__community",)
    list_display = ("name", "kind", "grid", "address", "masked_contact", "masked_phone", "next_visit_on")
    list_filter = (
        "kind",
        "has_party_organisation",
        ("closed_on", admin.EmptyFieldListFilter),
        CommunityFilter.by("grid__community"),
        GridFilter,
    )
    list_select_related = ("grid",)
    search_fields = ("name", "address")
    readonly_fields = fields = (
        *("name", "kind", "grid", "building", "address", "size", "operator", "masked_contact"),
        *("masked_phone", "staff", "licence", "licence_until", "has_party_organisation", "closed_on"),
        *("last_visit_on", "next_visit_on"),
    )

    @admin.display(description=_("contact"))
    def masked_contact(self, venue: Venue) -> str:
        return venue.masked_contact

    @admin.display(description=_("phone of the contact"))
    def masked_phone(self, venue: Venue) -> str:
        return venue.masked_phone


@admin.register(CheckItem)
class CheckItemAdmin(Telling, ScopedAdmin):
    """An item that was used is taken out of use, never deleted nor reworded: results name it."""

    list_display = ("words", "kind", "category", "order", "is_used")
    list_filter = ("kind", "is_used")
    search_fields = ("words",)
    ordering = ("kind", "order", "id")

    def get_readonly_fields(self, request: HttpRequest, obj: CheckItem | None = None) -> tuple[str, ...]:
        return ("kind", "words") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
