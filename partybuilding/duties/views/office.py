"""The duty list in the office: the year's list, one duty with its turns, the next year."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import member
from grids.models import User, today
from partybuilding import access as party
from partybuilding.duties import access, figures, shown
from partybuilding.duties.forms import FORMS, FilterForm, RollOverForm, StepForm, YearForm
from partybuilding.duties.models import Duty, Turn
from partybuilding.duties.queries import DutyQuerySet
from partybuilding.duties.services.rollover import plan, roll_over
from partybuilding.duties.shown import DutyRow
from partybuilding.duties.views.acting import act_on, ids, visible_turn
from requests_app.desk.doors import for_office, frame
from requests_app.views import lists
from wangguan.answers import page, see_other

PAGE = 50
HERE = "party_duties"


@require_GET
@for_office()
def duties(request: HttpRequest) -> HttpResponse:
    user = member(request)
    seen = Duty.objects.visible_to(user)
    form = FilterForm({"year": today().year, **request.GET.dict()}, user=user, seen=seen)
    after = request.GET.get("after", "")
    rows, following = _page(form.narrow(seen), after)
    context = {
        **frame(request, HERE),
        "form": form,
        "year": form.year_chosen,
        "rows": rows,
        "counts": figures.by_unit(user, form.year_chosen, today()),
        "definitions": figures.DEFINITIONS,
        "may_write": party.may_write(user),
        "next": lists.query(request.GET, after=following) if following else "",
        "first": lists.query(request.GET, after="") or "year=" if after else "",
    }
    return page(request, "duties/list.html", context)


def _page(found: DutyQuerySet, after: str) -> tuple[list[DutyRow], str]:
    """In the order of the tiers, by keyset: “2.40” stands after duty 40 of the second tier."""
    tier, _dot, key = after.partition(".")
    if tier.isdecimal() and key.isdecimal() and len(after) < 18:
        found = found.after(min(int(tier), 9), int(key))
    listed = list(found.for_list(today())[: PAGE + 1])
    last = listed[PAGE - 1] if len(listed) > PAGE else None
    return shown.duty_rows(listed[:PAGE]), f"{last.tier}.{last.pk}" if last else ""


@require_GET
@for_office()
def duty(request: HttpRequest, key: int) -> HttpResponse:
    return _one(request, _visible(member(request), key))


@require_POST
@for_office()
def step(request: HttpRequest, key: int, turn: int, name: str) -> HttpResponse:
    """Check, return or cancel a turn."""
    found = _visible(member(request), key)
    moved = get_object_or_404(Turn.objects.filter(duty=found), pk=visible_turn(member(request), turn).pk)
    moved.duty = found
    refused = act_on(request, moved, name)
    if refused is None:
        return see_other(f"{found.get_absolute_url()}#turn-{turn}")
    form, status = refused
    return _one(request, _visible(member(request), key), (turn, name, form), status=status)


Mending = tuple[int, str, StepForm]


def _one(
    request: HttpRequest, found: Duty, mending: Mending | None = None, *, status: int = 200
) -> HttpResponse:
    user = member(request)
    turns = found.turns.prefetch_related("entries__actor", "entries__ticket", "entries__photos")
    context = {
        **frame(request, HERE),
        "duty": found,
        "turns": [_turn(turn, found, user, mending) for turn in turns],
        "may_change": party.keeps(user, found.community_id),
    }
    return page(request, "duties/duty.html", context, status=status)


def _turn(turn: Turn, duty: Duty, user: User, mending: Mending | None) -> dict[str, Any]:
    """One turn with the forms of the steps that are open to the reader."""
    turn.duty = duty
    names = {each.name for each in access.allowed(user, turn)}
    forms = {name: FORMS[name](turn=turn, user=user, auto_id=ids(name, turn)) for name in ("check", "cancel")}
    found = {name: form for name, form in forms.items() if name in names}
    refused = mending is not None and mending[0] == turn.pk
    if mending and refused:
        found["check" if mending[1] == "return" else mending[1]] = mending[2]
    return {
        "turn": turn,
        "due": shown.due(turn),
        "entries": shown.entries(turn),
        "is_mine": "report" in names,
        "judging": found.get("check"),
        "cancelling": found.get("cancel"),
    }


def _visible(user: User, key: int) -> Duty:
    return get_object_or_404(Duty.objects.visible_to(user).with_names(), pk=key)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def next_year(request: HttpRequest) -> HttpResponse:
    """What rolling the year over copies and leaves; a press does it, and a second press nothing more."""
    user = member(request)
    if not party.may_write(user):
        raise PermissionDenied(_("The duty list is kept by the street's party section and the communities."))
    asked = YearForm(request.POST if request.method == "POST" else request.GET)
    planned = plan(user, asked.chosen)
    form = RollOverForm(request.POST if request.method == "POST" else None, plan=planned)
    if request.method == "POST" and form.is_valid():
        return _rolled(request, roll_over(user, planned.year, heirs=form.heirs()), planned.next_year)
    context = {
        **frame(request, HERE),
        "plan": planned,
        "form": form,
        "asked": YearForm(initial={"year": planned.year}),
    }
    return page(request, "duties/next_year.html", context, status=422 if form.errors else 200)


def _rolled(request: HttpRequest, made: int, year: int) -> HttpResponse:
    said = ngettext(
        "%(count)d duty was copied into the list of %(year)s.",
        "%(count)d duties were copied into the list of %(year)s.",
        made,
    )
    messages.success(request, said % {"count": made, "year": year})
    return see_other(f"{reverse('party_duties')}?year={year}")
