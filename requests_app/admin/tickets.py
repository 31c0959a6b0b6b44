"""Tickets as street and communities read them; steps go through the same service as everywhere."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from grids import access as doors
from grids.admin.base import ScopedAdmin, user_of
from grids.models import Role, User
from requests_app import access
from requests_app.models import Ticket
from requests_app.queries import TicketQuerySet
from requests_app.refusals import Refused
from requests_app.services import staff, take
from requests_app.views import story
from requests_app.views.cards import due_card
from requests_app.workflow import STEPS, Step
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.paging import CappedPaginator

doors.register("requests_app.ticket", view=doors.ADMIN_ROLES)

MOST_AT_ONCE = 100
IN_BULK = ("accept", "escalate", "send_back", "resume", "grant_extension", "refuse_extension", "refuse_hold")
"""Steps that need no more than words, so that they can be taken on several tickets at once."""

Action = Callable[["TicketAdmin", HttpRequest, QuerySet[Ticket]], HttpResponse | None]


def _action(step: Step) -> Action:
    """An action of the list that takes `step` on every chosen ticket, after a page that asks for words."""

    @admin.action(description=cast(Any, step.label), permissions=["take"])
    def on_all(self: "TicketAdmin", request: HttpRequest, queryset: QuerySet[Ticket]) -> HttpResponse | None:
        return self.take_on_all(request, queryset, step)

    on_all.__name__ = step.name
    return on_all


@admin.register(Ticket)
class TicketAdmin(ScopedAdmin):
    list_display = (
        *("number", "status", "level", "category", "urgency", "holding_unit"),
        *("assignee", "due_at", "is_late", "arrived_at"),
    )
    list_filter = ("status", "level", "urgency", "source", "about_staff", "community")
    search_fields = ("number",)
    search_help_text = _("A number, its beginning, or words")
    list_select_related = ("grid", "community", "category", "assignee")
    paginator = CappedPaginator
    ordering = ("-id",)
    actions = [_action(STEPS[name]) for name in IN_BULK]
    change_form_template = "admin/requests_app/ticket/change_form.html"
    fields = (
        *("number", "status", "level", "version", "holding_unit", "section", "assignee", "first_handler"),
        *("category", "urgency", "source", "description", "about_staff", "masked_name", "masked_phone"),
        *(
            "may_publish",
            "address",
            "building",
            "arrived_at",
            "accept_due",
            "resolve_due",
            "due_at",
            "due_kind",
        ),
        *("review_at", "outcome", "parent"),
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> TicketQuerySet:
        return Ticket.objects.visible_to(user_of(request))

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Ticket], bool]:
        return queryset.search(search_term), False

    @admin.display(description=_("unit"))
    def holding_unit(self, ticket: Ticket) -> str:
        return str(ticket.holder or ticket.get_level_display())

    @admin.display(description=_("overdue"), boolean=True)
    def is_late(self, ticket: Ticket) -> bool:
        return ticket.is_overdue()

    @admin.display(description=_("name"))
    def masked_name(self, ticket: Ticket) -> str:
        return ticket.masked_name

    @admin.display(description=_("phone"))
    def masked_phone(self, ticket: Ticket) -> str:
        return ticket.masked_phone

    # --- permissions -------------------------------------------------------------------------
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Ticket | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Ticket | None = None) -> bool:
        return False

    def has_take_permission(self, request: HttpRequest) -> bool:
        """Whoever holds a post other than the auditor's; which step on which ticket, `access.may` says."""
        return bool(doors.roles_of(user_of(request)) - {Role.AUDITOR})

    # --- one ticket --------------------------------------------------------------------------
    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        ticket = self.get_object(request, object_id)
        context = _history(ticket, user_of(request)) if ticket else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    # --- steps on several --------------------------------------------------------------------
    def take_on_all(
        self, request: HttpRequest, queryset: QuerySet[Ticket], step: Step
    ) -> HttpResponse | None:
        """First a page with what is possible and a field for the words; then the step, one by one."""
        user = user_of(request)
        chosen = list(queryset.select_related("grid", "community", "category", "assignee")[:MOST_AT_ONCE])
        if "note" not in request.POST:
            return self._ask(request, chosen, step)
        done = sum(self._take(request, ticket, step, user) for ticket in chosen)
        if done:
            said = ngettext("%(step)s: %(count)d request.", "%(step)s: %(count)d requests.", done)
            self.message_user(request, said % {"step": step.label, "count": done}, messages.SUCCESS)
        return None

    def _ask(self, request: HttpRequest, chosen: list[Ticket], step: Step) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": step.label,
            "step": step,
            "rows": [(ticket, access.may(user_of(request), step, ticket)) for ticket in chosen],
            "needs_words": "note" in step.needs,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/requests_app/ticket/take.html", context)

    def _take(self, request: HttpRequest, ticket: Ticket, step: Step, user: User) -> bool:
        try:
            take(ticket, step.name, by=staff(user), note=request.POST["note"])
        except Refused as refusal:
            self.message_user(request, f"{ticket.number}: {refusal.sentence}", messages.WARNING)
            return False
        return True


def _history(ticket: Ticket, user: User) -> dict[str, Any]:
    """What the page of one ticket shows beside its fields."""
    events = list(ticket.events.select_related("text", "actor").order_by("id"))
    photos = list(ticket.photos.order_by("id"))
    names = {person.pk: str(person) for person in User.objects.filter(pk__in=story.people_in(events))}
    return {
        "due": due_card(ticket, now=clock.now()),
        "entries": story.for_staff(ticket, events, photos, names),
        "answers": ticket.answers.prefetch_related("verdicts").order_by("-id"),
        "asked": ticket.asked.select_related("asked_by", "decided_by").order_by("-id"),
        "outbox": Message.objects.filter(topic=ticket.number).select_related("user").order_by("-id")[:50],
        "steps": access.allowed_steps(user, ticket),
    }
