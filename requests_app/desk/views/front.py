"""The desk: what waits, one press away from being done, and fresh without a reload."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from grids.doors import member
from grids.models import User
from requests_app.desk import board
from requests_app.desk.doors import for_office, frame
from requests_app.desk.forms import FindForm
from requests_app.desk.models import Habit
from requests_app.desk.terms import FRESH_SECONDS, ONE_CLICK
from requests_app.forms.steps import Options, StepForm
from requests_app.models import Ticket
from requests_app.services import staff, take
from requests_app.views.done import sentence_after
from requests_app.views.offers import WayBack, way_back
from requests_app.views.worker import visible_ticket
from requests_app.workflow import STEPS, UNDO
from wangguan import clock
from wangguan.answers import page, see_other, wants_part
from wangguan.refusals import Refused

HERE = "admin:index"


@require_GET
@for_office()
def front(request: HttpRequest) -> HttpResponse:
    """What waits, by sort; `did` names the matter whose last step may still be taken back."""
    return _front(request, did=request.GET.get("did", ""))


@require_GET
@for_office()
def fresh(request: HttpRequest) -> HttpResponse:
    """The changing part; 204 while nothing has changed since `stamp`."""
    if request.GET.get("stamp") == board.stamp_for(request):
        return HttpResponse(status=204, headers={"Cache-Control": "private, no-store"})
    return page(request, "desk/parts/board.html", _context(request))


@require_POST
@for_office()
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """One press on a row: the step is taken, or the desk says why not and shows how things stand."""
    user = member(request)
    if name not in ONE_CLICK:
        raise Http404
    ticket = visible_ticket(user, number)
    form = StepForm(STEPS[name], ticket, Options(ticket), request.POST)
    try:
        if not form.is_valid():
            raise Refused(" ".join(str(error) for found in form.errors.values() for error in found))
        take(ticket, name, by=staff(user), **form.for_take(user))
    except Refused as refusal:
        return _front(request, refusal=f"{ticket.number}: {refusal.sentence}", status=409)
    said = f"{ticket.number}: {sentence_after(name, ticket)}"
    if wants_part(request):
        return _front(request, said=said, did=number if STEPS[name].undoable else "")
    messages.success(request, said)
    query = f"?did={number}" if STEPS[name].undoable else ""
    return see_other(reverse(HERE) + query)


def _front(
    request: HttpRequest, *, said: str = "", refusal: str = "", did: str = "", status: int = 200
) -> HttpResponse:
    context = {**_context(request), "said": said, "refusal": refusal}
    context["undo"] = _undo(member(request), did) if did else None
    if wants_part(request):
        return page(request, "desk/parts/board.html", context, status=status)
    context |= {
        **frame(request, HERE),
        "find": FindForm(),
        "every": FRESH_SECONDS,
        "keys": uses_keys(member(request)),
    }
    return page(request, "desk/front.html", context, status=status)


@require_POST
@for_office()
def keys(request: HttpRequest) -> HttpResponse:
    """Switch the keyboard's shortcuts on or off, for this person at every desk (WCAG 2.1.4)."""
    wanted = request.POST.get("keys") == "on"
    Habit.objects.update_or_create(user=member(request), defaults={"keys": wanted})
    messages.success(request, _("Shortcuts are on.") if wanted else _("Shortcuts are off."))
    return see_other(reverse(HERE))


def uses_keys(user: User) -> bool:
    """On unless this person switched them off."""
    return not Habit.objects.filter(user=user, keys=False).exists()


def _context(request: HttpRequest) -> dict[str, Any]:
    return {"board": board.look(request), "now": clock.now()}


def _undo(user: User, number: str) -> WayBack | None:
    """The way back of this person's last step on that matter, while it is open."""
    ticket = Ticket.objects.visible_to(user).with_units().filter(number=number[:32]).first()
    if ticket is None:
        return None
    events = list(ticket.events.filter(version=ticket.version))
    found = way_back(user, ticket, events, now=clock.now())
    if found is None:
        return None
    said = _("%(number)s: %(said)s") % {"number": ticket.number, "said": found.said}
    return replace(found, said=said, action=reverse("desk_act", args=[ticket.number, UNDO]))
