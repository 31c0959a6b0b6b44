"""One step on several matters: choose, see what will be possible and what not, confirm, read the outcome."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid5

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from grids.doors import for_staff, frame, member, moves_several
from grids.models import User
from requests_app.forms.steps import BulkForm
from requests_app.models import Ticket
from requests_app.services import foreseen, staff, take, why_not
from requests_app.views.cards import Row, rows
from requests_app.workflow import STEPS
from wangguan.answers import page
from wangguan.refusals import Refused

MOST = 50
IN_BULK = ("assign", "hand_over", "remark")


@dataclass(frozen=True)
class Around:
    """Where the pages stand: the workers' rooms, or an office's.

    Attributes:
        base: the template that they extend.
        address: the name of their own address; `back`: of the list they lead back to.
        steps: what may be done with several there.
        here: what the page's frame marks as the current one.
    """

    base: str
    address: str
    back: str
    steps: Sequence[str]
    frame: Callable[[HttpRequest, str], dict[str, Any]]
    here: str


OF_WORKERS = Around("worker.html", "worker_bulk", "worker_tickets", IN_BULK, frame, "tickets")


@dataclass(frozen=True)
class Chosen:
    """One matter of the choice: `version` is the one the preview showed, `refusal` why it stays as it is."""

    ticket: Ticket
    version: int
    row: Row
    refusal: str


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def bulk(request: HttpRequest) -> HttpResponse:
    """What shall be done; then what would happen; with `confirm`, what happened."""
    user = member(request)
    if not moves_several(user):
        raise PermissionDenied(_("Several at once is for leaders, the community and the street."))
    return several(request, OF_WORKERS)


def several(request: HttpRequest, around: Around) -> HttpResponse:
    """The pages themselves; whoever calls has said who may enter."""
    user = member(request)
    given = request.POST if request.method == "POST" else request.GET
    seen = _seen(given.getlist("ticket"))
    tickets = list(Ticket.objects.visible_to(user).with_units().filter(number__in=list(seen)[: MOST + 1]))
    name = given.get("step", "")
    if not tickets or len(seen) > MOST or name not in around.steps:
        return _choose(request, around, _why_nothing(tickets, len(seen)), tickets)
    form = BulkForm(STEPS[name], tickets, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        refusals = [why_not(ticket, name, by=staff(user)) for ticket in tickets]
        return _ask(
            request, around, form, _chosen(tickets, seen, refusals), status=422 if form.is_bound else 200
        )
    if "confirm" in request.POST:
        return _done(request, around, form, _chosen(tickets, seen, _take_all(form, tickets, seen, user)))
    refusals = [foreseen(ticket, name, by=staff(user), **form.for_take()) for ticket in tickets]
    return _ask(request, around, form, _chosen(tickets, seen, refusals), preview=True)


def _seen(values: Sequence[str]) -> dict[str, int]:
    """Number → version of the chosen matters, as their page carries them: `number` or `number~version`."""
    found = {}
    for value in values:
        number, _tilde, version = value.partition("~")
        found[number[:32]] = int(version) if version.isdecimal() and len(version) < 9 else 0
    return found


def _why_nothing(tickets: list[Ticket], chosen: int) -> str:
    if chosen > MOST:
        return _("Please choose at most %(most)d at once.") % {"most": MOST}
    return "" if tickets else _("Please choose at least one matter.")


def _chosen(tickets: list[Ticket], seen: dict[str, int], refusals: Sequence[str]) -> list[Chosen]:
    shown = zip(tickets, rows(tickets), refusals, strict=True)
    return [
        Chosen(ticket, seen[ticket.number] or ticket.version, row, refusal) for ticket, row, refusal in shown
    ]


def _take_all(form: BulkForm, tickets: list[Ticket], seen: dict[str, int], user: User) -> list[str]:
    """Each matter by itself, under a key of its own: pressed twice, done once."""
    return [_take(form, ticket, seen[ticket.number], user) for ticket in tickets]


def _take(form: BulkForm, ticket: Ticket, version: int, user: User) -> str:
    """Why it was not done; empty when it was."""
    key = uuid5(form.cleaned_data["batch"], ticket.number)
    acts: dict[str, Any] = {"by": staff(user), "action_id": key, "version": version or None}
    try:
        take(ticket, form.step.name, **acts, **form.for_take())
    except Refused as refusal:
        return refusal.sentence
    return ""


# --- pages -------------------------------------------------------------------------------
def _choose(request: HttpRequest, around: Around, refusal: str, tickets: list[Ticket]) -> HttpResponse:
    context: dict[str, Any] = {
        "refusal": refusal,
        "tickets": [] if refusal else tickets,
        "actions": [STEPS[name] for name in around.steps],
    }
    return _page(request, around, "choose", context, status=422 if refusal else 200)


def _ask(
    request: HttpRequest,
    around: Around,
    form: BulkForm,
    chosen: list[Chosen],
    *,
    preview: bool = False,
    status: int = 200,
) -> HttpResponse:
    filled = [(form.fields[name].label, value) for name, value in getattr(form, "cleaned_data", {}).items()]
    context = {"form": form, "filled": filled[1:], **_parted(form, chosen)}
    return _page(request, around, "preview" if preview else "form", context, status=status)


def _done(request: HttpRequest, around: Around, form: BulkForm, chosen: list[Chosen]) -> HttpResponse:
    return _page(request, around, "done", _parted(form, chosen))


def _parted(form: BulkForm, chosen: list[Chosen]) -> dict[str, Any]:
    return {
        "step": form.step,
        "possible": [each for each in chosen if not each.refusal],
        "refused": [each for each in chosen if each.refusal],
    }


def _page(
    request: HttpRequest, around: Around, part: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    context |= around.frame(request, around.here)
    context |= {"base": around.base, "address": reverse(around.address), "back": reverse(around.back)}
    return page(request, f"requests_app/bulk_{part}.html", context, status=status)
