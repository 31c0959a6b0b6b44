"""Member units in the stock admin, to read and to export; seats are given on the council's page."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from grids import access as doors
from grids.admin.base import ReadOnlyAdmin, user_of
from partybuilding.council.models import Membership
from partybuilding.council.queries import councils

doors.register("council.membership", view=doors.ADMIN_ROLES)


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("body", "unit", "since")
    list_filter = ("body",)
    list_select_related = ("body", "check_in__unit", "seat")
    search_fields = ("check_in__unit__name",)
    fields = ("body", "unit", "since")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).filter(body__in=councils(user_of(request)))

    @admin.display(ordering="check_in__unit__name")
    def unit(self, row: Membership) -> str:
        return str(row.check_in.unit)

    @admin.display(ordering="seat__starts_on")
    def since(self, row: Membership) -> object:
        return row.seat.starts_on
