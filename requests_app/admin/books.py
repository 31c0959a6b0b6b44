"""What stands beside the tickets: categories, the ledger of answers, reminders that went out."""

from datetime import timedelta

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.admin.base import ScopedAdmin
from requests_app.deadlines import Limit
from requests_app.models import Category, LedgerDay, Reminder
from requests_app.workdays import day_length
from wangguan.paging import CappedPaginator

doors.register("requests_app.category", view=doors.ADMIN_ROLES, edit=doors.EDITORS)
doors.register("requests_app.ledgerday")
doors.register("requests_app.reminder")


@admin.register(Category)
class CategoryAdmin(ScopedAdmin):
    """A category that was used is taken out of use, never deleted."""

    list_display = ("code", "name", "parent", "line", "urgency", "accept_within", "resolve_within", "active")
    list_filter = ("active", "line", "urgency")
    search_fields = ("code", "name")
    list_select_related = ("parent",)
    list_per_page = 100
    ordering = ("code",)

    @admin.display(description=_("accept within"))
    def accept_within(self, category: Category) -> str:
        return _words(category.limits().accept)

    @admin.display(description=_("resolve within"))
    def resolve_within(self, category: Category) -> str:
        return _words(category.limits().resolve)

    def has_delete_permission(self, request: HttpRequest, obj: Category | None = None) -> bool:
        return False


def _words(limit: Limit) -> str:
    """5 working days; 30 minutes; 2 hours."""
    if limit.working:
        return str(_("%(count)g working days") % {"count": limit.span / day_length()})
    minutes = limit.span / timedelta(minutes=1)
    if minutes % 60:
        return str(_("%(count)g minutes") % {"count": minutes})
    return str(_("%(count)g hours") % {"count": minutes / 60})


class _ReadOnly(ScopedAdmin):
    paginator = CappedPaginator

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(LedgerDay)
class LedgerDayAdmin(_ReadOnly):
    list_display = ("day", "told", "open", "overdue", "answered", "unreachable", "clean", "audited_at")
    fields = (
        *("day", "audited_at", "told", "open", "overdue", "answered", "unreachable"),
        *("broken_rules", "unpublished_years"),
    )
    readonly_fields = fields
    date_hierarchy = None

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
    rows = ((number, number) for number in numbers)
    return format_html_join(" ", '<a href="/worker/tickets/{}/">{}</a>', rows)


@admin.register(Reminder)
class ReminderAdmin(_ReadOnly):
    list_display = ("ticket", "kind", "phase", "at")
    list_filter = ("kind",)
    search_fields = ("=ticket__number",)
    list_select_related = ("ticket",)
    ordering = ("-id",)
    readonly_fields = ("ticket", "kind", "phase", "at")
