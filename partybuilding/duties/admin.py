"""The duty list in the stock admin, where items are added and edited; turns move on pages of their own."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from grids.admin.base import user_of
from partybuilding import access
from partybuilding.duties.models import Duty
from partybuilding.duties.services.turns import lay_out
from partybuilding.office import PartyAdmin

access.register("duties.duty")


@admin.register(Duty)
class DutyAdmin(PartyAdmin):
    list_display = ("__str__", "year", "tier", "community", "owner", "period", "page")
    list_filter = ("year", "tier", "period", "community")
    list_select_related = ("community", "owner")
    search_fields = ("item", "owner__real_name")
    search_help_text = _("Words of the item, or its owner.")
    autocomplete_fields = ("owner",)
    fields = ("year", "tier", "community", "item", "evidence", "owner", "period", "once_on")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Duty]:
        """Those that the reader may see, without the shapes of communities."""
        seen = Duty.objects.visible_to(user_of(request)).values("pk")
        return super().get_queryset(request).filter(pk__in=seen).defer("community__boundary")

    def get_readonly_fields(self, request: HttpRequest, obj: Duty | None = None) -> tuple[str, ...]:
        """A duty stays in its year; the next one gets a copy."""
        return ("year",) if obj else ()

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        lay_out(obj)

    @admin.display(description=_("Turns"))
    def page(self, duty: Duty) -> SafeString:
        return format_html('<a href="{}">{}</a>', duty.get_absolute_url(), _("See its turns"))
