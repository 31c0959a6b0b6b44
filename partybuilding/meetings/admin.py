"""Tables and seats in the stock admin; meetings have pages of their own and are only read here."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.admin.base import ReadOnlyAdmin, user_of
from partybuilding import access
from partybuilding.meetings.models import Action, Body, Meeting, Seat, Topic
from partybuilding.office import PartyAdmin

access.register("meetings.body")
for _model in ("seat", "meeting", "topic", "action"):
    doors.register(f"meetings.{_model}", view=doors.ADMIN_ROLES)


@admin.register(Body)
class BodyAdmin(PartyAdmin):
    """A table's name, days ahead and end; it is never deleted once it met."""

    list_display = ("name", "kind", "community", "ended_on")
    list_filter = ("kind", "community")
    list_select_related = ("community",)
    search_fields = ("name",)
    fields = ("name", "kind", "community", "organisation", "ahead_days", "ended_on")
    readonly_fields = ("kind",)
    scope_paths = ("community",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tables are set up on their rooms' own pages."""
        return False


class _ReadOnly(ReadOnlyAdmin):
    def get_queryset(self, request: HttpRequest) -> QuerySet:
        bodies = Body.objects.visible_to(user_of(request))
        return super().get_queryset(request).filter(**{f"{self.body_path}__in": bodies})

    body_path = "body"


@admin.register(Seat)
class SeatAdmin(_ReadOnly):
    list_display = ("side_of", "body", "who", "starts_on", "ends_on")
    list_filter = ("side",)
    list_select_related = ("body", "user")
    fields = ("body", "side", "unit", "title", "who", "masked_phone", "starts_on", "ends_on", "may_chair")
    readonly_fields = fields

    @admin.display(description=_("who"))
    def who(self, seat: Seat) -> str:
        return seat.who

    def may_export(self, request: HttpRequest) -> bool:
        """Names and phones do not leave the house."""
        return False


@admin.register(Meeting)
class MeetingAdmin(_ReadOnly):
    list_display = ("__str__", "body", "starts_at", "place", "state")
    list_filter = ("state",)
    list_select_related = ("body",)
    fields = (
        "body",
        "number",
        "title",
        "starts_at",
        "place",
        "state",
        "chair",
        "recorder",
        "minutes",
        "reason",
    )
    readonly_fields = fields


@admin.register(Topic)
class TopicAdmin(_ReadOnly):
    list_display = ("title", "body", "meeting", "state", "source")
    list_filter = ("state", "source")
    list_select_related = ("body", "meeting")
    search_fields = ("title",)
    fields = ("title", "words", "body", "meeting", "state", "source", "outcome", "note", "is_shared")
    readonly_fields = fields


@admin.register(Action)
class ActionAdmin(_ReadOnly):
    body_path = "topic__body"
    list_display = ("words", "owner", "due_on", "state", "done_on")
    list_filter = ("state",)
    list_select_related = ("seat__user", "user")
    search_fields = ("words",)
    fields = ("topic", "words", "owner", "due_on", "state", "evidence", "done_on", "confirmed_by")
    readonly_fields = fields

    @admin.display(description=_("owner"))
    def owner(self, action: Action) -> str:
        return action.owner
