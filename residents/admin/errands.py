"""Errands: how they stand; neither the words nor the signature."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from grids.admin.filters import CommunityFilter, GridFilter
from residents.admin.homes import OF_HOUSEHOLD
from residents.admin.people import PeopleList
from residents.models import Errand


@admin.register(Errand)
class ErrandAdmin(PeopleList):
    scope_paths = (f"household__{OF_HOUSEHOLD}__community",)
    list_display = ("asked_at", "building", "kind", "state", "due_on", "taken_by", "handed_at")
    list_filter = (
        "state",
        "kind",
        CommunityFilter.by(f"household__{OF_HOUSEHOLD}__community"),
        GridFilter.by(f"household__{OF_HOUSEHOLD}"),
    )
    list_select_related = ("household__dwelling__building", "taken_by")
    readonly_fields = fields = (
        *("asked_at", "building", "resident", "kind", "state", "due_on", "noted_by", "taken_by"),
        *("taken_at", "done_at", "handed_at", "cancelled_at"),
    )

    @admin.display(description=_("building"))
    def building(self, errand: Errand) -> str:
        return str(errand.household.dwelling.building)
