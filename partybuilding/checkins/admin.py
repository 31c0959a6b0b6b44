"""Units and check-ins in the stock admin; confirming and hours have pages of their own."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.admin.base import ReadOnlyAdmin, user_of
from partybuilding import access
from partybuilding.checkins.models import MemberCheckIn, Need, Unit, UnitCheckIn
from partybuilding.office import PartyAdmin

access.register("checkins.unit")
for _model in ("unitcheckin", "membercheckin", "need"):
    doors.register(f"checkins.{_model}", view=doors.ADMIN_ROLES)


@admin.register(Unit)
class UnitAdmin(PartyAdmin):
    """A unit may serve several communities: the street's section keeps its name and contact."""

    list_display = ("name", "kind", "address", "masked_contact")
    list_filter = ("kind",)
    search_fields = ("name",)
    fields = ("name", "kind", "address", "contact_name", "contact_phone")

    @admin.display(description=_("contact"))
    def masked_contact(self, unit: Unit) -> str:
        return unit.masked_contact

    def _keeps(self, request: HttpRequest, obj: object) -> bool:
        return access.keeps_street(user_of(request))

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """The form shows a phone: only those who keep it open it."""
        return super().has_view_permission(request, obj) and (obj is None or self._keeps(request, obj))


class _CheckInAdmin(ReadOnlyAdmin):
    list_filter = ("state", "community")
    list_select_related = ("community", "unit")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return (
            super()
            .get_queryset(request)
            .filter(pk__in=self.model.objects.visible_to(user_of(request)).values("pk"))
        )


@admin.register(UnitCheckIn)
class UnitCheckInAdmin(_CheckInAdmin):
    list_display = ("unit", "community", "state", "people", "submitted_at")
    search_fields = ("unit__name",)
    fields = ("unit", "community", "state", "people", "offers", "submitted_at", "confirmed_at", "reason")
    readonly_fields = fields


@admin.register(MemberCheckIn)
class MemberCheckInAdmin(_CheckInAdmin):
    list_display = ("masked_name", "community", "state", "of_unit", "submitted_at")
    search_fields = ("unit__name", "unit_named")
    fields = (
        "masked_name",
        "masked_phone",
        "community",
        "state",
        "duty",
        "submitted_at",
        "confirmed_at",
        "reason",
    )
    readonly_fields = fields

    def may_export(self, request: HttpRequest) -> bool:
        """Lists of members do not leave the house."""
        return False


@admin.register(Need)
class NeedAdmin(ReadOnlyAdmin):
    list_display = ("title", "community", "place", "starts_at", "wanted")
    list_filter = ("community",)
    list_select_related = ("community",)
    search_fields = ("title", "place")
    fields = (
        "title",
        "words",
        "community",
        "place",
        "grid",
        "starts_at",
        "ends_at",
        "skills",
        "wanted",
        "made_by",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Need]:
        return (
            super()
            .get_queryset(request)
            .filter(pk__in=Need.objects.visible_to(user_of(request)).values("pk"))
        )
