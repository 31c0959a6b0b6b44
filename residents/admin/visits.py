"""Visits, patrols and what was found: when, where and by whom; the words stay on the workers' pages."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from grids.admin.base import ReadOnlyAdmin
from grids.admin.filters import CommunityFilter, GridFilter
from residents.models import CheckResult, Finding, Patrol, Visit, VisitPhoto

BY_UNIT = (CommunityFilter.by("grid__community"), GridFilter)
BY_UNIT_OF_VISIT = (CommunityFilter.by("visit__grid__community"), GridFilter.by("visit__grid"))


@admin.register(Visit)
class VisitAdmin(ReadOnlyAdmin):
    scope_paths = ("grid__community",)
    list_display = ("visited_at", "grid", "purpose", "met", "by", "follow_up_on")
    list_filter = ("purpose", "met", *BY_UNIT)
    list_select_related = ("grid", "by")
    readonly_fields = fields = (
        *("visited_at", "recorded_at", "grid", "venue", "purpose", "met", "by", "follow_up_on"),
        "anonymised_at",
    )


@admin.register(Patrol)
class PatrolAdmin(ReadOnlyAdmin):
    scope_paths = ("grid__community",)
    list_display = ("started_at", "ended_at", "grid", "by")
    list_filter = BY_UNIT
    list_select_related = ("grid", "by")
    readonly_fields = fields = ("started_at", "ended_at", "grid", "by")


@admin.register(Finding)
class FindingAdmin(ReadOnlyAdmin):
    scope_paths = ("visit__grid__community",)
    list_display = ("visit", "grid", "category", "settled_at", "settled_by")
    list_filter = (("settled_at", admin.EmptyFieldListFilter), *BY_UNIT_OF_VISIT)
    list_select_related = ("visit__grid", "settled_by")
    readonly_fields = fields = ("visit", "grid", "category", "settled_at", "settled_by")

    @admin.display(description=_("grid"))
    def grid(self, finding: Finding) -> str:
        return str(finding.visit.grid)


@admin.register(CheckResult)
class CheckResultAdmin(ReadOnlyAdmin):
    scope_paths = ("visit__grid__community",)
    list_display = ("visit", "venue", "item", "outcome")
    list_filter = ("outcome", *BY_UNIT_OF_VISIT)
    list_select_related = ("visit__venue", "item")
    readonly_fields = fields = ("visit", "venue", "item", "outcome")

    @admin.display(description=_("venue"))
    def venue(self, result: CheckResult) -> str:
        return str(result.visit.venue or "")


@admin.register(VisitPhoto)
class VisitPhotoAdmin(ReadOnlyAdmin):
    """That there is a picture; it shows somebody's home and is looked at beside its visit."""

    scope_paths = ("visit__grid__community",)
    list_display = ("visit", "grid", "width", "height", "added_at")
    list_filter = BY_UNIT_OF_VISIT
    list_select_related = ("visit__grid",)
    readonly_fields = fields = ("visit", "grid", "width", "height", "sha256", "added_at")

    @admin.display(description=_("grid"))
    def grid(self, photo: VisitPhoto) -> str:
        return str(photo.visit.grid)
