"""What narrows the admin's list of tickets by what burns."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grids.admin.base import user_of
from requests_app.queries import TicketQuerySet
from requests_app.waiting import Office, Waits, tonight
from requests_app.workflow import OPEN
from wangguan import clock


class BurningFilter(admin.SimpleListFilter):
    title: str | Promise = _("deadline")  # type: ignore[assignment]
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [
            ("overdue", _("Overdue")),
            ("today", _("Due today")),
            ("soon", _("Due soon")),
            ("call", _("Call the resident")),
        ]

    def queryset(self, request: HttpRequest, queryset: TicketQuerySet) -> TicketQuerySet:  # type: ignore[override]
        match self.value():
            case "overdue":
                return queryset.overdue(clock.now())
            case "today":
                now = clock.now()
                return queryset.open().filter(due_at__gt=now, due_at__lte=tonight(now))
            case "soon":
                return queryset.due_soon(clock.now())
            case "call":
                return queryset.to_call()
        return queryset


class WaitsFilter(admin.SimpleListFilter):
    """The sorts of the desk: what waits for the reader's own office."""

    title: str | Promise = _("waits for you")  # type: ignore[assignment]
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return list(Waits.choices)

    def queryset(self, request: HttpRequest, queryset: TicketQuerySet) -> TicketQuerySet:  # type: ignore[override]
        sort = self.value()
        if sort not in Waits.values:
            return queryset
        return Office(user_of(request), at=clock.now(), rows=queryset).waiting(sort)


class OpenFilter(admin.SimpleListFilter):
    title: str | Promise = _("still open")  # type: ignore[assignment]
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("1", _("On the way")), ("0", _("Over"))]

    def queryset(self, request: HttpRequest, queryset: TicketQuerySet) -> TicketQuerySet:  # type: ignore[override]
        match self.value():
            case "1":
                return queryset.open()
            case "0":
                return queryset.exclude(status__in=sorted(OPEN))
        return queryset
