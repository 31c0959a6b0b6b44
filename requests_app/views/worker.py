"""What the workers' pages share, and their smaller rooms: a new ticket, messages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from grids.doors import for_staff, frame, member
from grids.locate import Place, locate
from grids.models import User
from requests_app import access, beside, clockwork
from requests_app.forms.matter import NewTicketForm
from requests_app.forms.steps import Options, StepForm
from requests_app.models import OpenRequest, Photo, Ticket, TicketEvent
from requests_app.services import Matter, staff, submit
from requests_app.services.calls import may_call, needs_reason
from requests_app.standard_texts import ReadyText, ready_texts
from requests_app.templatetags.maps import going
from requests_app.views import story
from requests_app.views.cards import below_title, due_card, tags, title
from requests_app.views.offers import offers, way_back, with_texts
from requests_app.workflow import STEPS, Step
from residents.models import Visit
from wangguan import clock
from wangguan.answers import done, page, wants_json, why_json
from wangguan.refusals import Refused

__all__ = ["may_call", "new", "ticket_page", "visible_ticket", "where_they_serve"]

CHILDREN_SHOWN = 20


# --- one ticket --------------------------------------------------------------------------
def visible_ticket(user: User, number: str) -> Ticket:
    """The ticket, if this person may see it.

    Raises:
        Http404: there is none, or not for them.
    """
    seen = Ticket.objects.visible_to(user).with_units("first_handler", "parent", "publication")
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
        "steps": offers(ticket, steps, mending=mending, texts=_texts(ticket, steps, user)),
        "undo": way_back(user, ticket, events, now=now),
        "mending": mending if mending and mending.visible_fields() and mending.step not in steps else None,
        "refusal": refusal,
        "phone": phone,
        "may_publish": access.may_publish(user, ticket),
        "may_call": ticket.has_phone and may_call(user, ticket),
        "signed": staff(user).title(ticket),
        "needs_reason": needs_reason(user, ticket),
        "go": _way_there(ticket),
        "answers": list(ticket.answers.order_by("-id")),
        **_around(user, ticket),
        **_history(request, ticket, events, photos),
        "photos": story.staff_pictures(ticket, [photo for photo in photos if photo.event_id is None]),
        "rungs": story.ladder(ticket, events, in_charge=str(ticket.assignee or "")),
    }
    return page(request, "requests_app/ticket.html", context, status=status)


def _around(user: User, ticket: Ticket) -> dict[str, Any]:
    """What waits for a decision, the matters merged into it, and its visit where one may see that."""
    return {
        "panels": beside.panels(ticket, user),
        "asked": _asked(ticket),
        "children": list(_children(user, ticket)),
        "visit": _visit(user, ticket),
    }


def _visit(user: User, ticket: Ticket) -> Visit | None:
    if ticket.finding_id is None:
        return None
    return Visit.objects.visible_to(user).filter(findings=ticket.finding_id).first()


def _asked(ticket: Ticket) -> OpenRequest | None:
    """What waits for the decision of the unit above."""
    if not ticket.open_request:
        return None
    return ticket.asked.filter(decided_at__isnull=True).select_related("asked_by").first()


@dataclass(frozen=True)
class Child:
    """A matter merged into the one on the page; `form` sets it free, where the reader may do that."""

    ticket: Ticket
    title: str
    form: StepForm | None


def _children(user: User, parent: Ticket) -> Iterator[Child]:
    """Those the reader may see, the oldest first."""
    unmerge = STEPS["unmerge"]
    for child in (
        Ticket.objects.visible_to(user).filter(parent=parent).with_units().order_by("id")[:CHILDREN_SHOWN]
    ):
        own = StepForm(unmerge, child, Options(child)) if access.may(user, unmerge, child) else None
        if own:
            own.auto_id = f"unmerge-{child.pk}-%s"
        yield Child(child, title(child), own)


def _names(events: list[TicketEvent]) -> dict[int, str]:
    wanted = story.people_in(events)
    return {person.pk: str(person) for person in User.objects.filter(pk__in=wanted)} if wanted else {}


def _texts(ticket: Ticket, steps: Sequence[Step], user: User) -> dict[str, list[ReadyText]]:
    """The standard texts of the steps on the page; nothing is asked when no step takes one."""
    names = with_texts(steps)
    return ready_texts(ticket, names, user=user) if names else {}


def _history(
    request: HttpRequest, ticket: Ticket, events: list[TicketEvent], photos: list[Photo]
) -> dict[str, Any]:
    """Every entry, or what the resident reads of them; and the notes that stay among colleagues."""
    names = _names(events)
    remarks = [event for event in events if event.step == "remark"]
    told = request.GET.get("history") == "resident"
    if told:
        entries = story.for_resident(ticket, events, photos, story.staff_pictures)
    else:
        entries = story.for_staff(ticket, events, photos, names)
    return {"entries": entries, "told": told, "remarks": story.for_staff(ticket, remarks, [], names)}


def _way_there(ticket: Ticket) -> str:
    """Opens the phone's own map: at the pin (`settings.MAP_LINK`), else at the place in words."""
    if ticket.latitude is not None and ticket.longitude is not None:
        return going(ticket.latitude, ticket.longitude)
    return f"geo:0,0?q={quote(ticket.address)}" if ticket.address else ""


# --- a new one, on somebody's behalf -----------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def new(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _new_form(request, NewTicketForm(initial={"submission_id": uuid4()}))
    form = NewTicketForm(request.POST, request.FILES)
    if not form.is_valid():
        return _new_form(request, form, status=422)
    try:
        made, _is_new = submit(_matter(form, member(request)))
    except Refused as refusal:
        form.add_error(refusal.field or None, refusal.sentence)
        return _new_form(request, form, status=409)
    return _noted_down(request, made)


def _new_form(request: HttpRequest, form: NewTicketForm, *, status: int = 200) -> HttpResponse:
    if status != 200 and wants_json(request):
        return why_json(form, status=status)
    if status != 200:
        form.keep()
    context = {**frame(request, "new"), "form": form}
    return page(request, "requests_app/ticket_new.html", context, status=status)


def _noted_down(request: HttpRequest, made: Ticket) -> HttpResponse:
    """To the ticket, or to the list when it went to a unit that this person does not see."""
    if Ticket.objects.visible_to(member(request)).filter(pk=made.pk).exists():
        messages.success(request, _("Noted down as %(number)s.") % {"number": made.number})
        return done(request, made.get_absolute_url())
    went = made.holder or _("the street")
    messages.success(
        request, _("Noted down as %(number)s; %(unit)s has it now.") % {"number": made.number, "unit": went}
    )
    return done(request, "/worker/tickets/")


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
    return where_they_serve(user)


def where_they_serve(user: User) -> Place:
    """The grid, or the duty desk, of somebody's first post."""
    post = user.current_posts[0]
    if post.grid:
        return Place(post.grid, post.grid.community, how="desk")
    return Place(None, post.community, how="desk")
