"""Tickets as street and communities read them: the list, and everything about one of them."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids import access as doors
from grids.admin.base import SteadyList, user_of
from grids.admin.filters import CommunityFilter, GridFilter
from grids.models import User
from requests_app import access, beside
from requests_app.admin.filters import BurningFilter, OpenFilter, WaitsFilter
from requests_app.admin.steps import StepsAdmin
from requests_app.beside import ListAction
from requests_app.models import Ticket
from requests_app.queries import TicketQuerySet
from requests_app.views import story
from requests_app.views.cards import due_card, title
from wangguan import clock
from wangguan.notify.models import Message
from wangguan.paging import MOST_COUNTED
from wangguan.privacy import mask_phones

doors.register("requests_app.ticket", view=doors.ADMIN_ROLES)

MESSAGES_SHOWN = 50
PARTS = (
    (None, ("number", "status", "level", "holding_unit", "section", "assignee", "first_handler")),
    (
        _("What happened"),
        ("description", "category", "urgency", "source", "about_staff", "merged_into", "outcome"),
    ),
    (_("Who told it"), ("masked_name", "masked_phone", "reporter", "may_publish")),
    (_("Where"), ("address",)),
    (_("Deadlines"), ("arrived_at", "accept_due", "resolve_due", "deadline", "review_at")),
)
"""The page of one ticket: headings and what stands below them."""


class TicketList(SteadyList):
    def get_queryset(self, request: HttpRequest, *args: Any, **options: Any) -> TicketQuerySet:
        """Only what a row shows is read; above all nobody's phone."""
        found = cast(TicketQuerySet, super().get_queryset(request, *args, **options))
        return found.select_related(None).for_list()


@admin.register(Ticket)
class TicketAdmin(StepsAdmin):
    list_display = (
        *("number", "what", "kind", "status", "deadline", "holding_unit", "assignee", "arrived_at"),
    )
    list_filter = (
        *(WaitsFilter, OpenFilter, "status", "level", BurningFilter, "urgency", CommunityFilter, GridFilter),
        *("source", "about_staff"),
    )
    view_on_site = False
    search_fields = ("number",)
    search_help_text = format_lazy(
        _("A number or its beginning, or words. At most the newest {most} are listed."), most=MOST_COUNTED
    )
    change_form_template = "admin/requests_app/ticket/change_form.html"
    fieldsets = [(heading, {"fields": fields}) for heading, fields in PARTS]
    readonly_fields = [name for _heading, fields in PARTS for name in fields]

    def get_queryset(self, request: HttpRequest) -> TicketQuerySet:
        seen = Ticket.objects.visible_to(user_of(request))
        return seen.with_units("first_handler", "parent", "reporter")

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[SteadyList]:
        return TicketList

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Ticket], bool]:
        return queryset.search(search_term), False

    # --- what is begun from the list -------------------------------------------------------
    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """With what rooms above offer to this person."""
        offered = beside.actions(user_of(request))
        named = {action.name: (_begin(action), action.name, str(action.label)) for action in offered}
        return {**super().get_actions(request), **named}

    # --- columns -------------------------------------------------------------------------
    @admin.display(description=_("what happened"))
    def what(self, ticket: Ticket) -> str:
        return mask_phones(title(ticket))

    @admin.display(description=_("category"))
    def kind(self, ticket: Ticket) -> str:
        return f"{ticket.category or ''} {ticket.urgency}".strip()

    @admin.display(description=_("unit"))
    def holding_unit(self, ticket: Ticket) -> str:
        """The grid or community; of the street, the section."""
        named = [ticket.get_level_display(), ticket.get_section_display()]
        return str(ticket.holder or " · ".join(name for name in named if name))

    @admin.display(description=_("deadline"))
    def deadline(self, ticket: Ticket) -> str:
        card = due_card(ticket, now=clock.now())
        return str(card.words) if card else ""

    @admin.display(description=_("Merged into"))
    def merged_into(self, ticket: Ticket) -> str:
        return ticket.parent.number if ticket.parent else ""

    @admin.display(description=_("name"))
    def masked_name(self, ticket: Ticket) -> str:
        return ticket.masked_name

    @admin.display(description=_("phone"))
    def masked_phone(self, ticket: Ticket) -> str:
        return ticket.masked_phone

    # --- one ticket ----------------------------------------------------------------------
    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        context |= _beside(obj, user_of(request))
        return super().render_change_form(request, context, add, change, form_url, obj)


def _begin(
    action: ListAction,
) -> Callable[[admin.ModelAdmin, HttpRequest, TicketQuerySet], HttpResponse | None]:
    """As the list's menu calls it: with the chosen matters, as far as this person sees them."""

    def begin(listed: admin.ModelAdmin, request: HttpRequest, chosen: TicketQuerySet) -> HttpResponse | None:
        numbers = list(chosen.order_by("pk").values_list("number", flat=True)[: action.most + 1])
        if len(numbers) > action.most:
            said = gettext("Please choose %(most)d matters at most.") % {"most": action.most}
            listed.message_user(request, said, messages.ERROR)
            return None
        return HttpResponseRedirect(action.address(numbers))

    return begin


def _beside(ticket: Ticket, user: User) -> dict[str, Any]:
    """What the page of one ticket shows beside its fields."""
    events = list(ticket.events.select_related("text", "actor").order_by("id"))
    photos = list(ticket.photos.order_by("id"))
    names = {person.pk: str(person) for person in User.objects.filter(pk__in=story.people_in(events))}
    return {
        "steps": access.allowed_steps(user, ticket),
        "entries": story.for_staff(ticket, events, photos, names),
        "photos": story.staff_pictures(ticket, [photo for photo in photos if photo.event_id is None]),
        "answers": ticket.answers.prefetch_related("verdicts").order_by("-id"),
        "panels": beside.panels(ticket, user),
        "asked": ticket.asked.select_related("asked_by", "decided_by").order_by("-id"),
        "outbox": Message.objects.filter(topic=ticket.number)
        .select_related("user")
        .order_by("-id")[:MESSAGES_SHOWN],
    }
