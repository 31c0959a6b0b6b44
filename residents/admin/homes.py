"""Dwellings, households, residents and what they agreed to."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from grids.admin.filters import CommunityFilter, GridFilter
from residents.admin.people import PeopleList
from residents.models import Consent, Dwelling, Household, Resident

OF_DWELLING = "building__grid"
OF_HOUSEHOLD = f"dwelling__{OF_DWELLING}"
OF_RESIDENT = f"household__{OF_HOUSEHOLD}"
ADDRESS_HELP = _("The building's address, or its beginning.")


@admin.register(Dwelling)
class DwellingAdmin(PeopleList):
    scope_paths = (f"{OF_DWELLING}__community",)
    list_display = ("building", "entrance", "floor", "door", "use")
    list_display_links = ("door",)
    list_filter = ("use", CommunityFilter.by(f"{OF_DWELLING}__community"), GridFilter.by(OF_DWELLING))
    list_select_related = ("building",)
    search_fields = ("building__address__startswith",)
    search_help_text = ADDRESS_HELP
    readonly_fields = fields = ("building", "entrance", "floor", "door", "use")


@admin.register(Household)
class HouseholdAdmin(PeopleList):
    """Not how often it is visited: that tells who is cared for."""

    scope_paths = (f"{OF_HOUSEHOLD}__community",)
    list_display = ("building", "kind", "since", "left_on", "last_visit_on", "next_visit_on")
    list_filter = (
        "kind",
        ("left_on", admin.EmptyFieldListFilter),
        CommunityFilter.by(f"{OF_HOUSEHOLD}__community"),
        GridFilter.by(OF_HOUSEHOLD),
    )
    list_select_related = ("dwelling__building",)
    search_fields = ("dwelling__building__address__startswith",)
    search_help_text = ADDRESS_HELP
    readonly_fields = fields = ("building", "kind", "since", "left_on", "last_visit_on", "next_visit_on")

    @admin.display(description=_("building"))
    def building(self, household: Household) -> str:
        return str(household.dwelling.building)


@admin.register(Resident)
class ResidentAdmin(PeopleList):
    """Found by building alone: a search by name would tell what the mask hides."""

    scope_paths = (f"{OF_RESIDENT}__community",)
    list_display = ("masked_name", "sex", "age", "building", "relation", "masked_phone", "left_how")
    list_filter = (
        *("sex", "relation", "left_how"),
        CommunityFilter.by(f"{OF_RESIDENT}__community"),
        GridFilter.by(OF_RESIDENT),
    )
    list_select_related = ("household__dwelling__building",)
    search_fields = ("household__dwelling__building__address__startswith",)
    search_help_text = ADDRESS_HELP
    readonly_fields = fields = (
        *("masked_name", "sex", "age", "masked_phone", "masked_id_number", "relation", "building"),
        *("came_on", "left_on", "left_how", "anonymised_at"),
    )

    @admin.display(description=_("full name"))
    def masked_name(self, resident: Resident) -> str:
        return resident.masked_name or str(_("anonymous"))

    @admin.display(description=_("age"))
    def age(self, resident: Resident) -> int | None:
        return resident.age()

    @admin.display(description=_("phone"))
    def masked_phone(self, resident: Resident) -> str:
        return resident.masked_phone

    @admin.display(description=_("ID number"))
    def masked_id_number(self, resident: Resident) -> str:
        return resident.masked_id_number

    @admin.display(description=_("building"))
    def building(self, resident: Resident) -> str:
        return str(resident.household.dwelling.building)


@admin.register(Consent)
class ConsentAdmin(PeopleList):
    scope_paths = (f"resident__{OF_RESIDENT}__community",)
    list_display = ("resident", "purpose", "how", "given_on", "withdrawn_on", "recorded_by")
    list_filter = ("purpose", "how", ("withdrawn_on", admin.EmptyFieldListFilter))
    list_select_related = ("resident", "recorded_by")
    readonly_fields = fields = ("resident", "purpose", "how", "given_on", "recorded_by", "withdrawn_on")
