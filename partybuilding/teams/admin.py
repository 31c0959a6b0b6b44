"""Teams in the stock admin, where they are founded; volunteers and call-outs to be read."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from grids import access as doors
from grids.admin.base import ReadOnlyAdmin, user_of
from partybuilding import access
from partybuilding.office import PartyAdmin
from partybuilding.teams.models import CallOut, Team, Volunteer

access.register("teams.team")
for _model in ("volunteer", "callout"):
    doors.register(f"teams.{_model}", view=doors.ADMIN_ROLES)


@admin.register(Team)
class TeamAdmin(PartyAdmin):
    """Its people, leader and shifts have a page of their own."""

    list_display = ("name", "kind", "community", "organisation", "founded_on", "ended_on")
    list_filter = ("kind", ("ended_on", admin.EmptyFieldListFilter), "community")
    list_select_related = ("community", "organisation")
    search_fields = ("name",)
    autocomplete_fields = ("community", "organisation", "grids")
    fields = ("name", "kind", "community", "organisation", "grids", "aims", "founded_on", "ended_on")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        seen = Team.objects.visible_to(user_of(request)).values("pk")
        return super().get_queryset(request).filter(pk__in=seen)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A team is dissolved, not deleted: what it did keeps its name."""
        return False


class _Seen(ReadOnlyAdmin):
    def get_queryset(self, request: HttpRequest) -> QuerySet:
        seen = self.model.objects.visible_to(user_of(request)).values("pk")
        return super().get_queryset(request).filter(pk__in=seen)


@admin.register(Volunteer)
class VolunteerAdmin(_Seen):
    list_display = ("masked_name", "community", "grid", "state", "source", "signed_up_at")
    list_filter = ("state", "source", "community")
    list_select_related = ("community", "grid")
    fields = (
        *("masked_name", "masked_phone", "community", "grid", "state", "source", "skill_labels"),
        *("slot_labels", "may_be_named", "signed_up_at", "confirmed_at", "left_at", "reason"),
    )
    readonly_fields = fields

    def may_export(self, request: HttpRequest) -> bool:
        """Many of them are members: lists of them do not leave the house."""
        return False


@admin.register(CallOut)
class CallOutAdmin(_Seen):
    list_display = ("words", "kind", "community", "stage", "wanted", "made_at")
    list_filter = ("kind", "stage", "community")
    list_select_related = ("community",)
    search_fields = ("words", "place")
    fields = (
        *(
            "kind",
            "words",
            "place",
            "starts_at",
            "community",
            "communities",
            "grids",
            "teams",
            "skill_labels",
        ),
        *("wanted", "stage", "batch", "made_by", "made_at", "stood_down_at", "ended_at", "outcome"),
    )
    readonly_fields = fields
