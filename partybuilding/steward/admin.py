"""Stewards in the stock admin, to read; the office's own pages change them. Voices are not shown there."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.admin.base import ReadOnlyAdmin, user_of
from partybuilding.access import seen_in
from partybuilding.steward.models import Appraisal, CrossAppointment, ServiceEntry, Steward

for _model in ("steward", "crossappointment", "appraisal", "serviceentry"):
    doors.register(f"steward.{_model}", view=doors.ADMIN_ROLES)


class _Kept(ReadOnlyAdmin):
    community_path = "steward__estate__community"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """The same door as that of the office's pages."""
        return super().get_queryset(request).filter(seen_in(user_of(request), self.community_path))


@admin.register(Steward)
class StewardAdmin(_Kept):
    community_path = "estate__community"
    list_display = ("estate", "branch", "firm", "masked_contact", "households", "since", "ended_on")
    list_filter = ("estate__community",)
    list_select_related = ("estate", "branch")
    search_fields = ("estate__name", "firm")
    fields = list_display
    readonly_fields = fields

    @admin.display(description=_("contact of the property company"))
    def masked_contact(self, row: Steward) -> str:
        return row.masked_contact


@admin.register(CrossAppointment)
class CrossAppointmentAdmin(_Kept):
    list_display = ("person", "steward", "own_body", "own_post", "other_body", "other_post", "ends_on")
    list_select_related = ("steward__estate",)
    fields = (*list_display, "starts_on")
    readonly_fields = fields


@admin.register(Appraisal)
class AppraisalAdmin(_Kept):
    """That a month was asked, and of how many; the results stand on the office's page, from ten on."""

    list_display = ("steward", "month", "firm", "state", "asked")
    list_filter = ("state",)
    list_select_related = ("steward__estate",)
    fields = (*list_display, "opens_on", "closes_on")
    readonly_fields = fields


@admin.register(ServiceEntry)
class ServiceEntryAdmin(_Kept):
    list_display = ("day", "steward", "sort", "words", "joined_by", "by_firm")
    list_filter = ("sort",)
    list_select_related = ("steward__estate",)
    search_fields = ("words",)
    fields = (*list_display, "made_by", "made_at")
    readonly_fields = fields
