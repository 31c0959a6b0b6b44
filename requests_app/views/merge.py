"""Two matters side by side: which of them stays, and that they are the same, a person decides."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from grids.doors import for_staff, frame, member
from grids.models import User
from requests_app.duplicates import candidates
from requests_app.models import Ticket
from requests_app.numbers import tidy
from requests_app.services import foreseen, staff, take
from requests_app.views import story
from requests_app.views.cards import Due, below_title, due_card, rows, title
from requests_app.views.worker import visible_ticket
from wangguan import clock
from wangguan.answers import page, see_other
from wangguan.refusals import Refused
from wangguan.words import storable

NOTE_MAX = 2_000
PHOTOS_SHOWN = 6


@dataclass(frozen=True)
class Side:
    """One of the two. `refusal`: why the other one cannot be merged into it."""

    ticket: Ticket
    title: str
    words: str
    due: Due | None
    photos: list[story.Picture]
    others: int
    refusal: str


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def merge(request: HttpRequest, number: str) -> HttpResponse:
    """Which other one it may be; with `with`, the two side by side; a post merges one into the other."""
    user = member(request)
    ticket = visible_ticket(user, number)
    given = request.POST if request.method == "POST" else request.GET
    typed = storable(given.get("with", ""))
    if not typed:
        return _candidates(request, ticket)
    other = _other(user, typed)
    if other is None or other.pk == ticket.pk:
        refusal = _("There is no other matter with this number, or you may not see it. Check the number.")
        return _candidates(request, ticket, typed=typed, refusal=refusal, status=404)
    if request.method == "POST":
        return _merge(request, ticket, other)
    return _side_by_side(request, ticket, other)


def _other(user: User, typed: str) -> Ticket | None:
    seen = Ticket.objects.visible_to(user).with_units("first_handler", "parent")
    return seen.filter(number=tidy(typed) or typed[:32]).first()


def _merge(request: HttpRequest, ticket: Ticket, other: Ticket) -> HttpResponse:
    kept = next((each for each in (ticket, other) if each.number == request.POST.get("keep")), None)
    if kept is None:
        return _side_by_side(
            request, ticket, other, refusal=_("Please choose which of the two stays."), status=422
        )
    child = other if kept is ticket else ticket
    try:
        take(
            child,
            "merge",
            by=staff(member(request)),
            note=request.POST.get("note", "")[:NOTE_MAX],
            action_id=_uuid(request.POST.get("action_id", "")),
            version=_version(request.POST.get(f"version-{child.number}", "")),
            parent=kept,
        )
    except Refused as refusal:
        fresh = [visible_ticket(member(request), each.number) for each in (ticket, other)]
        return _side_by_side(request, *fresh, refusal=refusal.sentence, status=409)
    said = _("%(child)s follows %(parent)s now; its resident gets the same answer.")
    messages.success(request, said % {"child": child.number, "parent": kept.number})
    return see_other(kept.get_absolute_url())


# --- pages -------------------------------------------------------------------------------
def _candidates(
    request: HttpRequest, ticket: Ticket, *, typed: str = "", refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "ticket": ticket,
        "title": title(ticket),
        "candidates": rows(candidates(ticket, member(request))),
        "typed": typed,
        "refusal": refusal,
    }
    return _page(request, "requests_app/merge_candidates.html", context, status=status)


def _side_by_side(
    request: HttpRequest, ticket: Ticket, other: Ticket, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    user = member(request)
    sides = [_side(ticket, other, user), _side(other, ticket, user)]
    open_to = [side.ticket for side in sides if not side.refusal]
    context = {
        "ticket": ticket,
        "other": other,
        "sides": sides,
        "possible": bool(open_to),
        "kept": request.POST.get("keep") or (min(open_to, key=lambda one: one.pk).number if open_to else ""),
        "note": request.POST.get("note", ""),
        "action_id": uuid4(),
        "refusal": refusal,
    }
    return _page(request, "requests_app/merge.html", context, status=status)


def _side(ticket: Ticket, other: Ticket, user: User) -> Side:
    """How `ticket` looks, and whether `other` may be merged into it."""
    return Side(
        ticket=ticket,
        title=title(ticket),
        words=below_title(ticket),
        due=due_card(ticket, now=clock.now()),
        photos=story.staff_pictures(ticket, ticket.photos.order_by("id")[:PHOTOS_SHOWN]),
        others=ticket.children.count(),
        refusal=foreseen(other, "merge", by=staff(user), parent=ticket),
    )


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int) -> HttpResponse:
    return page(request, template, {**frame(request, "tickets"), **context}, status=status)


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _version(typed: str) -> int | None:
    return int(typed) if typed.isdecimal() and len(typed) < 9 else None
