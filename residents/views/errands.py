"""Errands run for residents: what is open, a new one, and its steps up to the signature."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import Case, Count, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import for_homes, frame, member
from grids.models import User, today
from residents import access
from residents.forms.errands import ErrandForm, StepForm, form_of
from residents.models import Errand, Household
from residents.queries import ErrandQuerySet
from residents.services import errands as service
from residents.services.errands import STEPS, Step
from residents.signature import HEIGHT, WIDTH, Receipt
from residents.terms import ErrandKind, ErrandState
from residents.views.dues import Due, due
from residents.views.keyset import Key, page_of, query
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

NO_DAY = date(9999, 12, 31)
"""Where an errand without a day stands in the list: behind all others."""
MINE_FIRST = (Key("not_mine", int), Key("due_by", date), Key("pk", int))
NEWEST_FIRST = (Key("back", int), Key("pk", int))
FOUND_SHOWN = 20
SAID: dict[str, str | Promise] = {
    "take": gettext_lazy("It is yours now."),
    "take_over": gettext_lazy("It is yours now."),
    "done": gettext_lazy("Done. Hand it over and have it signed."),
    "hand_over": gettext_lazy("Handed over. This errand is complete."),
    "cancel": gettext_lazy("The errand is cancelled."),
    "undo": gettext_lazy("Taken back."),
}


# --- the list ------------------------------------------------------------------------------
@dataclass(frozen=True)
class Row:
    errand: Errand
    due: Due | None
    is_mine: bool


@require_GET
@for_homes
def errands(request: HttpRequest) -> HttpResponse:
    """Open errands of my grids, mine first; figures alone for posts that need no names."""
    user = member(request)
    own, is_over = Errand.objects.visible_to(user), request.GET.get("tab") == "over"
    context = {**frame(request, "visits"), "room": "errands", "is_over": is_over}
    if access.reach(user).grids or access.reach(user).communities:
        rows, keys = _over(own) if is_over else _open(own, user)
        found = page_of(_for_list(rows), keys, after=request.GET.get("after", ""))
        context |= {
            "names": True,
            "figures": _figures(own),
            "rows": [_row(errand, user) for errand in found.rows],
            "next": query(request.GET, after=found.after) if found.after else "",
            "first": query(request.GET, after="") if request.GET.get("after") else "",
        }
    else:
        counted = access.counting(user).of_grid("household__dwelling__building__grid")
        context["figures"] = _figures(Errand.objects.filter(counted))
    return page(request, "residents/errands.html", context)


def _open(rows: ErrandQuerySet, user: User) -> tuple[ErrandQuerySet, tuple[Key, ...]]:
    not_mine = Case(When(taken_by=user, then=Value(0)), default=Value(1))
    return rows.open().annotate(not_mine=not_mine, due_by=Coalesce("due_on", NO_DAY)), MINE_FIRST


def _over(rows: ErrandQuerySet) -> tuple[ErrandQuerySet, tuple[Key, ...]]:
    over = rows.filter(state__in=[ErrandState.HANDED_OVER, ErrandState.CANCELLED])
    return over.annotate(back=-F("pk")), NEWEST_FIRST


def _for_list(rows: ErrandQuerySet) -> ErrandQuerySet:
    return rows.select_related("household__dwelling__building", "resident", "taken_by")


def _row(errand: Errand, user: User) -> Row:
    is_open = errand.state in service.OPEN
    return Row(errand, due(errand.due_on) if is_open else None, errand.taken_by_id == user.pk)


def _figures(rows: ErrandQuerySet) -> dict[str, int]:
    counted: dict[str, int] = rows.open().aggregate(
        all=Count("pk"),
        waiting=Count("pk", filter=Q(state=ErrandState.ASKED)),
        late=Count("pk", filter=Q(due_on__lt=today())),
    )
    return counted


# --- a new one -----------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def new(request: HttpRequest) -> HttpResponse:
    """Whose it is first (`household`, or found by name, door or phone), then what."""
    user = member(request)
    key = request.GET.get("household", "")
    if not key:
        return _choose(request, user)
    if not (key.isdecimal() and len(key) < 18):
        raise Http404
    known = Household.objects.visible_to(user).here().with_home()
    household = get_object_or_404(known, pk=key)
    if not access.may_write(user, household.dwelling.grid):
        raise Http404
    if request.method != "POST":
        return _form(request, ErrandForm(initial=_asked_for(request), household=household), household)
    form = ErrandForm(request.POST, household=household)
    if not form.is_valid():
        return _form(request, form, household, status=422)
    try:
        made, _new = service.ask(
            household, actor=user, **form.cleaned_data | {"kind": ErrandKind(form.cleaned_data["kind"])}
        )
    except Refused as refused:
        form.add_error(refused.field or None, refused.sentence)
        return _form(request, form, household, status=409)
    messages.success(request, _("The errand is noted down."))
    return see_other(reverse("worker_errand", args=[made.pk]))


def _asked_for(request: HttpRequest) -> dict[str, Any]:
    """What a link from a visit fills in: whom and which kind."""
    wanted = {name: request.GET.get(name, "") for name in ("kind", "resident")}
    return {"submission_id": uuid4(), **wanted}


def _choose(request: HttpRequest, user: User) -> HttpResponse:
    typed = request.GET.get("q", "")
    known = Household.objects.visible_to(user).here().with_home().prefetch_related("people")
    found = list(known.search(typed).order_by("dwelling", "pk")[: FOUND_SHOWN + 1]) if typed.strip() else []
    context = {
        **frame(request, "visits"),
        "q": typed[:60],
        "searched": bool(typed.strip()),
        "found": [(home, _names(home)) for home in found[:FOUND_SHOWN]],
        "more": len(found) > FOUND_SHOWN,
        "names": bool(access.reach(user).grids or access.reach(user).communities),
    }
    return page(request, "residents/errand_whose.html", context)


def _names(home: Household) -> list[str]:
    return [person.name for person in home.people.all() if person.is_here]


def _form(request: HttpRequest, form: ErrandForm, household: Household, *, status: int = 200) -> HttpResponse:
    context = {**frame(request, "visits"), "form": form, "household": household}
    return page(request, "residents/errand_new.html", context, status=status)


# --- one errand and its steps ----------------------------------------------------------------
def _visible_errand(user: User, key: int) -> Errand:
    """Raises: Http404: there is none, or not for them."""
    seen = Errand.objects.visible_to(user).select_related(
        "household__dwelling__building__grid__community", "resident", "taken_by", "noted_by"
    )
    return get_object_or_404(seen, pk=key)


@dataclass(frozen=True)
class Offer:
    """A step as it stands on the page; `is_open` when its form came back."""

    step: Step
    form: StepForm
    is_open: bool


@require_GET
@for_homes
def errand(request: HttpRequest, key: int) -> HttpResponse:
    return _page(request, _visible_errand(member(request), key))


@require_POST
@for_homes
def step(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """Take one step; whoever comes second reads who was first."""
    if name not in STEPS:
        raise Http404
    user = member(request)
    found = _visible_errand(user, key)
    form = form_of(name, found, request.POST)
    if not form.is_valid():
        return _page(request, found, mending=(name, form), status=422)
    try:
        getattr(service, name)(found, actor=user, **form.for_service())
    except Refused as refused:
        return _page(request, _visible_errand(user, key), refusal=refused.sentence, status=409)
    messages.success(request, str(SAID[name]))
    return see_other(reverse("worker_errand", args=[key]))


def _page(
    request: HttpRequest,
    found: Errand,
    *,
    mending: tuple[str, StepForm] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    user = member(request)
    offers = {
        each.name: Offer(each, _fresh(each, found, mending), bool(mending and mending[0] == each.name))
        for each in service.steps_of(found, user)
    }
    context = {
        **frame(request, "visits"),
        "errand": found,
        "is_mine": found.taken_by_id == user.pk,
        "due": due(found.due_on) if found.state in service.OPEN else None,
        "offers": offers,
        "receipt": Receipt.of(found.signature),
        "box": {"width": WIDTH, "height": HEIGHT},
        "refusal": refusal,
    }
    return page(request, "residents/errand.html", context, status=status)


def _fresh(step: Step, found: Errand, mending: tuple[str, StepForm] | None) -> StepForm:
    if mending and mending[0] == step.name:
        return mending[1]
    return form_of(step.name, found)
