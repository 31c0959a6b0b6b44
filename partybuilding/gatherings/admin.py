"""Gatherings and sign-ups in the stock admin, to be read; everything is done on pages of their own."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from grids import access as doors
from grids.admin.base import ReadOnlyAdmin, user_of
from partybuilding.access import seen_in
from partybuilding.gatherings.models import Gathering, SignUp

for _model in ("gathering", "signup"):
    doors.register(f"gatherings.{_model}", view=doors.ADMIN_ROLES)


@admin.register(Gathering)
class GatheringAdmin(ReadOnlyAdmin):
    list_display = ("title", "community", "place", "starts_at", "places", "called_off_at")
    list_filter = ("community",)
    list_select_related = ("community",)
    search_fields = ("title", "place")
    fields = (
        "title",
        "words",
        "community",
        "place",
        "starts_at",
        "ends_at",
        "places",
        "closes_at",
        "called_off_at",
        "why_off",
        "made_by",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Gathering]:
        return super().get_queryset(request).filter(seen_in(user_of(request)))


@admin.register(SignUp)
class SignUpAdmin(ReadOnlyAdmin):
    list_display = ("masked_name", "gathering", "state", "queued_at", "hours")
    list_filter = ("state",)
    list_select_related = ("gathering", "user")
    search_fields = ("gathering__title",)
    fields = (
        "masked_name",
        "masked_phone",
        "gathering",
        "state",
        "queued_at",
        "attended_at",
        "via",
        "hours",
        "hours_confirmed_by",
        "hours_confirmed_at",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[SignUp]:
        return super().get_queryset(request).filter(seen_in(user_of(request), "gathering__community"))

    def may_export(self, request: HttpRequest) -> bool:
        """Lists of people who came somewhere do not leave the house."""
        return False
