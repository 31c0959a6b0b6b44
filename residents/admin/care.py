"""Care plans and events: that there is one and until when, never which group or why."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from grids.admin.base import ReadOnlyAdmin
from grids.admin.filters import CommunityFilter, GridFilter
from residents.admin.homes import OF_HOUSEHOLD, OF_RESIDENT
from residents.admin.people import PeopleList
from residents.models import CareEvent, CarePlan


@admin.register(CarePlan)
class CarePlanAdmin(PeopleList):
    """Names the grid and no building: few are cared for behind one door."""

    scope_paths = (f"resident__{OF_RESIDENT}__community",)
    list_display = ("grid", "resident", "level", "basis", "since", "review_on", "ended_on", "decided_by")
    list_display_links = ("resident",)
    list_filter = (
        "level",
        "basis",
        ("ended_on", admin.EmptyFieldListFilter),
        CommunityFilter.by(f"resident__{OF_RESIDENT}__community"),
        GridFilter.by(f"resident__{OF_RESIDENT}"),
    )
    list_select_related = (f"resident__{OF_RESIDENT}", "decided_by")
    readonly_fields = fields = (
        *("grid", "resident", "level", "basis", "since", "review_on", "decided_by", "ended_on"),
    )

    @admin.display(description=_("grid"))
    def grid(self, plan: CarePlan) -> str:
        return str(plan.resident.household.dwelling.grid)


@admin.register(CareEvent)
class CareEventAdmin(ReadOnlyAdmin):
    scope_paths = (f"household__{OF_HOUSEHOLD}__community",)
    list_display = ("on", "grid", "look_by", "settled_on", "noted_by")
    list_filter = (
        ("settled_on", admin.EmptyFieldListFilter),
        CommunityFilter.by(f"household__{OF_HOUSEHOLD}__community"),
        GridFilter.by(f"household__{OF_HOUSEHOLD}"),
    )
    list_select_related = (f"household__{OF_HOUSEHOLD}", "noted_by")
    readonly_fields = fields = ("on", "grid", "look_by", "settled_on", "noted_by")

    @admin.display(description=_("grid"))
    def grid(self, event: CareEvent) -> str:
        return str(event.household.dwelling.grid)
