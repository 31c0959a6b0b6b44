"""The street's rules of the register, what retention did, and how requests about one's own data stand."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from grids import access as doors
from grids.admin.base import ReadOnlyAdmin, ScopedAdmin
from grids.models import Role
from residents.models import Policy, RetentionRun, RightsRequest
from wangguan.journal import Telling

doors.register("residents.policy", view=doors.ADMIN_ROLES, edit=(Role.STREET_LEADER,))
doors.register("residents.retentionrun")
doors.register("residents.rightsrequest", view=doors.ADMIN_ROLES)


@admin.register(Policy)
class PolicyAdmin(Telling, ScopedAdmin):
    """One row: its list is its form."""

    fields = (
        *("tracks", "unmaskings_per_hour", "export_hours"),
        *("visit_years", "moved_years", "rights_days"),
    )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        Policy.objects.get_or_create(pk=1)
        return HttpResponseRedirect(reverse("admin:residents_policy_change", args=[1]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Policy | None = None) -> bool:
        return False


@admin.register(RetentionRun)
class RetentionRunAdmin(ReadOnlyAdmin):
    list_display = (
        *("at", "visits", "residents", "households", "photos", "errands", "exports"),
        *("visits_before", "moved_before"),
    )
    fields = list_display


@admin.register(RightsRequest)
class RightsRequestAdmin(ReadOnlyAdmin):
    """When it was asked and answered, by whom; whose it is and the words stand on the community's page."""

    list_display = ("id", "kind", "community", "asked_at", "due_on", "state", "answered_at", "answered_by")
    list_filter = ("state", "kind")
    fields = ("kind", "community", "taken_by", "asked_at", "due_on", "state", "answered_by", "answered_at")
    readonly_fields = fields
    scope_paths = ("resident__household__dwelling__building__grid__community",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RightsRequest]:
        return super().get_queryset(request).with_person()  # type: ignore[attr-defined]

    @admin.display(description=RightsRequest._meta.get_field("resident").verbose_name)
    def community(self, asked: RightsRequest) -> str:
        return str(asked.resident.household.dwelling.grid.community)
