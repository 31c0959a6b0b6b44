"""What narrows the admin's list of tickets by what burns."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests_app.queries import TicketQuerySet
from wangguan import clock


class BurningFilter(admin.SimpleListFilter):
    title: str | Promise = _("deadline")  # type: ignore[assignment]
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("overdue", _("Overdue")), ("soon", _("Due soon")), ("call", _("Call the resident"))]

    def queryset(self, request: HttpRequest, queryset: TicketQuerySet) -> TicketQuerySet:  # type: ignore[override]
        match self.value():
            case "overdue":
                return queryset.overdue(clock.now())
            case "soon":
                return queryset.due_soon(clock.now())
            case "call":
                return queryset.to_call()
        return queryset
