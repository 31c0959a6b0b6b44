"""What stands beside the tickets: categories, the ledger of answers, reminders that went out."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.admin.base import ReadOnlyAdmin, ScopedAdmin, user_of
from requests_app.models import Category, LedgerDay, Reminder, Ticket, UrgencyRule
from requests_app.models.category import limits_by_urgency
from wangguan.journal import Telling

doors.register("requests_app.category", view=doors.ADMIN_ROLES, edit=doors.EDITORS)
doors.register("requests_app.urgencyrule", view=doors.ADMIN_ROLES, edit=doors.EDITORS)
doors.register("requests_app.ledgerday")
doors.register("requests_app.reminder", view=doors.ADMIN_ROLES)


class _LimitsAdmin(Telling, ScopedAdmin):
    """What has limits shows them in words; a clock that runs keeps those it was started with."""

    @admin.display(description=_("accept within"))
    def accept_within(self, row: Category | UrgencyRule) -> str:
        return row.limits().accept.words

    @admin.display(description=_("resolve within"))
    def resolve_within(self, row: Category | UrgencyRule) -> str:
        return row.limits().resolve.words

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(UrgencyRule)
class UrgencyRuleAdmin(_LimitsAdmin):
    """Four rows, for matters without a category and categories without limits of their own."""

    list_display = ("urgency", "accept_within", "resolve_within")

    def get_readonly_fields(self, request: HttpRequest, obj: UrgencyRule | None = None) -> tuple[str, ...]:
        return ("urgency",) if obj else ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """`load_categories` brings all of them."""
        return False

    def save_model(self, request: HttpRequest, obj: UrgencyRule, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(limits_by_urgency.forget)


@admin.register(Category)
class CategoryAdmin(_LimitsAdmin):
    """A category that was used is taken out of use, never deleted."""

    list_display = ("code", "name", "parent", "line", "urgency", "accept_within", "resolve_within", "active")
    list_filter = ("active", "line", "urgency")
    search_fields = ("code", "name")
    list_select_related = ("parent",)
    list_per_page = 100
    ordering = ("code",)

    def get_readonly_fields(self, request: HttpRequest, obj: Category | None = None) -> tuple[str, ...]:
        """The code is how the file of categories and other programs know it."""
        return ("code",) if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """The tree has two floors: a category belongs to a group, a group to nothing."""
        options["queryset"] = Category.objects.filter(parent=None)
        return super().formfield_for_foreignkey(db_field, request, **options)


@admin.register(LedgerDay)
class LedgerDayAdmin(ReadOnlyAdmin):
    list_display = ("day", "told", "open", "overdue", "answered", "unreachable", "clean", "audited_at")
    fields = (
        *("day", "audited_at", "told", "open", "overdue", "answered", "unreachable"),
        *("broken_rules", "unpublished_years"),
    )
    readonly_fields = fields
    ordering = ("-day",)

    @admin.display(description=_("no rule broken"), boolean=True)
    def clean(self, row: LedgerDay) -> bool:
        return row.is_clean

    @admin.display(description=_("violations"))
    def broken_rules(self, row: LedgerDay) -> SafeString | str:
        """Each broken rule with links to its tickets."""
        if row.is_clean:
            return str(_("None: every matter is answered or on its way."))
        lines = ((rule, _links(numbers)) for rule, numbers in row.violations.items())
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {}</li>", lines))


def _links(numbers: list[str]) -> SafeString:
    rows = ((reverse("worker_ticket", args=[number]), number) for number in numbers)
    return format_html_join(" ", '<a href="{}">{}</a>', rows)


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    list_display = ("ticket", "kind", "phase", "at")
    list_filter = ("kind",)
    search_fields = ("=ticket__number",)
    list_select_related = ("ticket",)
    readonly_fields = ("ticket", "kind", "phase", "at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reminder]:
        """Not those of tickets that are hidden from the reader."""
        return super().get_queryset(request).filter(ticket__in=Ticket.objects.visible_to(user_of(request)))
