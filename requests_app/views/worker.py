"""The worker's pages: the morning, the list, one ticket, a new one, messages."""

import logging
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.locate import Place, locate
from grids.models import User
from requests_app import access, clockwork
from requests_app.forms.lists import FilterForm
from requests_app.forms.matter import NewTicketForm
from requests_app.forms.steps import StepForm
from requests_app.models import OpenRequest, Photo, Ticket, TicketEvent
from requests_app.queries import TicketQuerySet
from requests_app.refusals import Refused
from requests_app.services import Matter, submit
from requests_app.views import lists, story
from requests_app.views.answers import page, photo_file, see_other, too_many
from requests_app.views.cards import Row, below_title, due_card, rows, tags, title
from requests_app.views.doors import for_homes, for_staff, member, unit_of
from requests_app.views.limits import Limit
from requests_app.views.offers import offers
from requests_app.workflow import STEPS, Status
from wangguan import clock
from wangguan.notify.models import Message

logger = logging.getLogger(__name__)

SHOWN_IN_THE_MORNING = 8
PHONES_AN_HOUR = Limit("phone", most=60)


def frame(request: HttpRequest, here: str) -> dict[str, Any]:
    """What every worker's page needs around its content; the count of unread messages stops at 100."""
    user = member(request)
    return {"here": here, "unit": unit_of(user), "unread": Message.objects.unread_count(user, cap=100)}


# --- the morning -------------------------------------------------------------------------
@require_GET
@for_staff
def today(request: HttpRequest) -> HttpResponse:
    """What burns, what waits, what is mine: bounded lists, most urgent first."""
    user, now = member(request), clock.now()
    ours, mine, soon = lists.ours(user), lists.mine(user), lists.soon(now)
    burns = Q(due_at__lte=now) | soon
    context = {
        **frame(request, "today"),
        "now": now,
        "to_call": _few(mine.to_call()),
        "burning": _few(ours.filter(burns)),
        "waiting": _few(ours.filter(status=Status.SUBMITTED).exclude(burns)),
        "mine": _few(mine.exclude(burns)),
    }
    return page(request, "requests_app/today.html", context)


def _few(tickets: TicketQuerySet) -> list[Row]:
    return rows(tickets.for_list().order_by("due_at", "id")[:SHOWN_IN_THE_MORNING])


# --- the list ----------------------------------------------------------------------------
@require_GET
@for_staff
def tickets(request: HttpRequest) -> HttpResponse:
    tab = lists.tab_called(request.GET.get("tab", ""))
    filters = FilterForm(request.GET)
    found = lists.narrowed(lists.of_tab(member(request), tab), filters)
    shown = lists.page_of(found, tab, after=request.GET.get("after", ""))
    context = {
        **frame(request, "tickets"),
        "tabs": [(each, lists.query(request.GET, tab=each.name, after="")) for each in lists.TABS],
        "tab": tab,
        "filters": filters,
        "rows": rows(shown.tickets),
        "next": lists.query(request.GET, after=shown.after) if shown.after else "",
        "first": lists.query(request.GET, after="") if request.GET.get("after") else "",
    }
    return page(request, "requests_app/tickets.html", context)


# --- one ticket --------------------------------------------------------------------------
@require_GET
@for_staff
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    return ticket_page(request, visible_ticket(member(request), number))


def visible_ticket(user: User, number: str) -> Ticket:
    """The ticket, if this person may see it.

    Raises:
        Http404: there is none, or not for them.
    """
    seen = Ticket.objects.visible_to(user).with_units("first_handler", "parent")
    return get_object_or_404(seen, number=number)


def ticket_page(
    request: HttpRequest,
    ticket: Ticket,
    *,
    mending: StepForm | None = None,
    refusal: str = "",
    phone: str = "",
    status: int = 200,
) -> HttpResponse:
    """The whole page; `mending` is a step's form that came back, `phone` the number once asked for."""
    user, now = member(request), clock.now()
    steps = access.allowed_steps(user, ticket)
    events = list(ticket.events.select_related("text", "actor").order_by("id"))
    photos = list(ticket.photos.order_by("id"))
    context = {
        **frame(request, "tickets"),
        "self_url": ticket.get_absolute_url(),
        "ticket": ticket,
        "title": title(ticket),
        "words": below_title(ticket),
        "due": due_card(ticket, now=now),
        "guessed_years": clockwork.guessed_years(ticket),
        "tags": tags(ticket),
        "steps": offers(ticket, steps, mending=mending),
        "mending": mending if mending and mending.step not in steps else None,
        "refusal": refusal,
        "phone": phone,
        "may_call": ticket.has_phone and may_call(user, ticket),
        "answers": list(ticket.answers.order_by("-id")),
        "asked": _asked(ticket),
        "entries": story.for_staff(ticket, events, photos, _names(events)),
        "photos": story.staff_pictures(ticket, [photo for photo in photos if photo.event_id is None]),
        "rungs": story.ladder(ticket, events, in_charge=str(ticket.assignee or "")),
    }
    return page(request, "requests_app/ticket.html", context, status=status)


def _asked(ticket: Ticket) -> OpenRequest | None:
    """What waits for the decision of the unit above."""
    if not ticket.open_request:
        return None
    return ticket.asked.filter(decided_at__isnull=True).select_related("asked_by").first()


def _names(events: list[TicketEvent]) -> dict[int, str]:
    wanted = story.people_in(events)
    return {person.pk: str(person) for person in User.objects.filter(pk__in=wanted)} if wanted else {}


def may_call(user: User, ticket: Ticket) -> bool:
    """Whether this person sits in the holding unit or above it, and so may ask for the resident's number."""
    return STEPS["accept"].open_to(access.seats(user, ticket), ticket.level)


@require_POST
@for_staff
def phone(request: HttpRequest, number: str) -> HttpResponse:
    """Show the resident's number to whoever works on the matter; every showing is logged."""
    user = member(request)
    found = visible_ticket(user, number)
    if not may_call(user, found):
        return ticket_page(
            request, found, refusal=_("Only those who work on it call the resident."), status=409
        )
    if not PHONES_AN_HOUR.take(str(user.pk)):
        return too_many(request)
    logger.info("phone shown", extra={"ticket": found.number, "user": user.pk})
    return ticket_page(request, found, phone=found.contact_phone)


@require_GET
@for_staff
def photo(request: HttpRequest, number: str, photo_id: int, size: str) -> FileResponse:
    seen = Ticket.objects.visible_to(member(request))
    return photo_file(get_object_or_404(Photo, pk=photo_id, ticket__in=seen.filter(number=number)), size)


# --- a new one, on somebody's behalf -----------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def new(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _new_form(request, NewTicketForm(initial={"submission_id": uuid4()}))
    form = NewTicketForm(request.POST, request.FILES)
    if not form.is_valid():
        form.keep()
        return _new_form(request, form, status=422)
    try:
        made, _is_new = submit(_matter(form, member(request)))
    except Refused as refusal:
        form.keep()
        form.add_error(refusal.field or None, refusal.sentence)
        return _new_form(request, form, status=409)
    form.forget()
    return _noted_down(request, made)


def _new_form(request: HttpRequest, form: NewTicketForm, *, status: int = 200) -> HttpResponse:
    context = {**frame(request, "new"), "form": form}
    return page(request, "requests_app/ticket_new.html", context, status=status)


def _noted_down(request: HttpRequest, made: Ticket) -> HttpResponse:
    """To the ticket, or to the list when it went to a unit that this person does not see."""
    if Ticket.objects.visible_to(member(request)).filter(pk=made.pk).exists():
        messages.success(request, _("Noted down as %(number)s.") % {"number": made.number})
        return see_other(made.get_absolute_url())
    went = made.holder or _("the street")
    messages.success(
        request, _("Noted down as %(number)s; %(unit)s has it now.") % {"number": made.number, "unit": went}
    )
    return see_other("/worker/tickets/")


def _matter(form: NewTicketForm, user: User) -> Matter:
    told = form.cleaned_data
    return Matter(
        description=told["description"],
        place=_place(form, user),
        source=told["source"],
        category=told["category"],
        address=told["address"],
        latitude=told["latitude"],
        longitude=told["longitude"],
        contact_name=told["contact_name"],
        contact_phone=told["contact_phone"],
        pictures=told["photos"],
        submission_id=told["submission_id"],
        may_publish=told["may_publish"],
        about_staff=told["about_staff"],
        reporter=user,
    )


def _place(form: NewTicketForm, user: User) -> Place:
    """Where it is; a place that nothing names is where the worker serves."""
    told = form.cleaned_data
    place = locate(latitude=told["latitude"], longitude=told["longitude"], address=told["address"])
    if place.grid or place.community or place.outside:
        return place
    post = user.current_posts[0]
    if post.grid:
        return Place(post.grid, post.grid.community, how="desk")
    return Place(None, post.community, how="desk")


# --- rooms that open later ----------------------------------------------------------------
@require_GET
@for_homes
def homes(request: HttpRequest) -> HttpResponse:
    """The rooms of visits and residents open with a later release; only their doors stand here."""
    return render(request, "requests_app/later.html", frame(request, ""))
