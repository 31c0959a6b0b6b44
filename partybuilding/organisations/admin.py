"""Organisations, their members and key projects in the stock admin; the tree has a page of its own."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from grids.access import roles_of
from grids.admin.base import user_of
from grids.models import Role
from partybuilding import access
from partybuilding.office import PartyAdmin
from partybuilding.organisations.models import Member, Milestone, Organisation, Project, Term
from wangguan.privacy import keyed_hash

access.register(
    "organisations.organisation",
    "organisations.term",
    "organisations.member",
    "organisations.project",
    "organisations.milestone",
)


FIELDS = ("organisation", "name", "phone", "standing", "is_floating", "joined_on", "left_on")
"""Of a member, for those who keep them."""


class TermInline(admin.TabularInline):
    model = Term
    extra = 0
    fields = ("seat", "name", "starts_on", "ends_on")
    ordering = ("-ends_on", "pk")


class MilestoneInline(admin.TabularInline):
    model = Milestone
    extra = 0
    fields = ("name", "due_on", "reached_on", "words")


@admin.register(Organisation)
class OrganisationAdmin(PartyAdmin):
    list_display = ("name", "kind", "setting", "community", "parent", "founded_on", "dissolved_on")
    list_filter = ("kind", "setting", ("dissolved_on", admin.EmptyFieldListFilter), "community")
    list_select_related = ("community", "parent")
    search_fields = ("name", "terms__name")
    autocomplete_fields = ("parent", "community", "grids", "estate", "project")
    inlines = (TermInline,)
    fieldsets = (
        (None, {"fields": ("name", "kind", "setting", "parent", "community", "phone")}),
        (_("Where it stands"), {"fields": ("grids", "estate", "project")}),
        (_("From when until when"), {"fields": ("founded_on", "dissolved_on")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        seen = Organisation.objects.visible_to(user_of(request)).values("pk")
        return super().get_queryset(request).filter(pk__in=seen)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An organisation is dissolved, not deleted: what it did keeps its name."""
        return False


@admin.register(Member)
class MemberAdmin(PartyAdmin):
    """Whose conviction a person shares is nobody's business but the office's that keeps the branch."""

    community_path = "organisation.community_id"
    list_display = ("masked_name", "masked_phone", "organisation", "standing", "is_floating", "left_on")
    list_filter = (
        "standing",
        "is_floating",
        ("left_on", admin.EmptyFieldListFilter),
        "organisation__community",
    )
    list_select_related = ("organisation",)
    search_fields = ("organisation__name",)
    search_help_text = _("A whole name, a whole phone, or words of the organisation.")
    autocomplete_fields = ("organisation",)
    readonly_fields = ("masked_name", "masked_phone")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        user, rows = user_of(request), super().get_queryset(request)
        if access.keeps_street(user) or self._audits(request):
            return rows
        return rows.filter(organisation__community__in=access.own_communities(user))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Names and phones are ciphertext: they are found whole, by their hash."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if not (words := search_term.strip()):
            return found, may_repeat
        exact = Q(name_hash=keyed_hash(words)) | Q(phone_hash=keyed_hash(words))
        return queryset.filter(exact | Q(pk__in=found.values("pk"))), may_repeat

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever may only look sees the masks."""
        if self.has_change_permission(request, obj):
            return FIELDS
        masks = {"name": "masked_name", "phone": "masked_phone"}
        return [masks.get(field, field) for field in FIELDS]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        keeps = self._keeps(request, obj) or self._audits(request)
        return super().has_view_permission(request, obj) and keeps

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def may_export(self, request: HttpRequest) -> bool:
        """Lists of members do not leave the house."""
        return False

    @staticmethod
    def _audits(request: HttpRequest) -> bool:
        return Role.AUDITOR in roles_of(user_of(request))


@admin.register(Project)
class ProjectAdmin(PartyAdmin):
    list_display = ("name", "community", "place", "starts_on", "due_on", "finished_on")
    list_filter = (("finished_on", admin.EmptyFieldListFilter), "community")
    list_select_related = ("community",)
    search_fields = ("name", "place")
    autocomplete_fields = ("community",)
    inlines = (MilestoneInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Project]:
        seen = Project.objects.visible_to(user_of(request)).values("pk")
        return super().get_queryset(request).filter(pk__in=seen)
