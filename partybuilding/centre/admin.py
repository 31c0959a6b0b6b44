"""Centres and rooms in the stock admin, where they are kept; bookings have pages of their own."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.admin.base import ReadOnlyAdmin, user_of
from partybuilding import access
from partybuilding.centre.models import Activity, Booking, Centre, Closure, Opening, Room
from partybuilding.centre.terms import DAYS
from partybuilding.office import PartyAdmin

access.register("centre.centre", "centre.room", "centre.opening")
for _model in ("booking", "closure", "activity"):
    doors.register(f"centre.{_model}", view=doors.ADMIN_ROLES)


class CentreForm(forms.ModelForm):
    closed_days = forms.TypedMultipleChoiceField(
        label=_("Closed every week on"),
        choices=DAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Centre
        fields: ClassVar = [
            "name",
            "community",
            "address",
            "latitude",
            "longitude",
            "phone",
            "words",
            "closed_days",
        ]


@admin.register(Centre)
class CentreAdmin(PartyAdmin):
    form = CentreForm
    list_display = ("name", "community", "address", "phone")
    list_select_related = ("community",)
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Centre]:
        seen = Centre.objects.visible_to(user_of(request)).values("pk")
        return super().get_queryset(request).filter(pk__in=seen).defer("community__boundary")


class OpeningInline(admin.TabularInline):
    """A new room shows the seven days; one without hours stays closed."""

    model = Opening
    max_num = len(DAYS)
    fields = ("weekday", "opens", "closes")

    def get_extra(self, request: HttpRequest, obj: Room | None = None, **kwargs: Any) -> int:
        return 0 if obj else len(DAYS)


@admin.register(Room)
class RoomAdmin(PartyAdmin):
    community_path = "centre.community_id"
    list_display = ("name", "centre", "capacity", "open_to", "needs_approval", "in_use")
    list_filter = ("open_to", "in_use", "centre")
    list_select_related = ("centre",)
    search_fields = ("name", "centre__name")
    fields = ("centre", "name", "capacity", "equipment", "open_to", "needs_approval", "in_use")
    inlines = (OpeningInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Room]:
        seen = Room.objects.visible_to(user_of(request)).values("pk")
        return super().get_queryset(request).filter(pk__in=seen)

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        given = super().get_formset_kwargs(request, obj, inline, prefix)
        days = [{"weekday": day} for day, _label in DAYS]
        return given if obj.pk else {**given, "initial": days}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A room goes out of use: what took place in it keeps its name."""
        return False


class _Seen(ReadOnlyAdmin):
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = Centre.objects.visible_to(user_of(request))
        return super().get_queryset(request).filter(**{f"{self.centre_path}__in": seen})

    centre_path = "centre"

    @admin.display(description=_("from — until"))
    def when(self, row: Booking | Closure) -> str:
        return row.when


@admin.register(Closure)
class ClosureAdmin(_Seen):
    list_display = ("centre", "room", "when", "why")
    list_select_related = ("centre", "room")
    fields = ("centre", "room", "when", "why", "made_by", "made_at")
    readonly_fields = fields


@admin.register(Booking)
class BookingAdmin(_Seen):
    centre_path = "room__centre"
    list_display = ("__str__", "purpose", "shown_booker", "state", "made_at")
    list_filter = ("state", "room__centre")
    list_select_related = ("room", "unit", "user")
    search_fields = ("purpose", "room__name", "unit__name")
    fields = ("room", "when", "purpose", "people", "shown_booker", "state", "note", "made_at", "answered_at")
    readonly_fields = fields

    @admin.display(description=_("who has it"))
    def shown_booker(self, booking: Booking) -> str:
        return booking.shown_booker

    def may_export(self, request: HttpRequest) -> bool:
        """Who meets whom does not leave the house."""
        return False


@admin.register(Activity)
class ActivityAdmin(_Seen):
    centre_path = "booking__room__centre"
    list_display = ("gathering", "theme", "organiser", "room")
    list_filter = ("theme",)
    list_select_related = ("gathering", "booking__room")
    search_fields = ("gathering__title", "organiser")
    fields = ("gathering", "theme", "organiser", "booking")
    readonly_fields = fields

    @admin.display(description=_("room"))
    def room(self, activity: Activity) -> str:
        return str(activity.booking.room)
