"""Requests of residents about their own data: what waits, taking one, looking, answering."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import for_homes, frame, member
from grids.models import User, today
from residents import access, kept
from residents.forms.rights import AnswerForm, DeleteForm, LookForm, RefuseForm, TakeForm
from residents.models import Resident, RightsRequest
from residents.queries import RightsRequestQuerySet
from residents.services import rights
from residents.terms import RightsKind, RightsState
from wangguan import clock
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

MOST_SHOWN = 50
FORMS: dict[str, type[forms.Form]] = {
    "look": LookForm,
    "done": AnswerForm,
    "refuse": RefuseForm,
    "delete": DeleteForm,
}


@dataclass(frozen=True)
class Row:
    """One request in the list; `name` is empty once the person is anonymous."""

    asked: RightsRequest
    is_overdue: bool

    @property
    def name(self) -> str:
        return self.asked.resident.name

    @property
    def address(self) -> str:
        return "" if self.asked.resident.anonymised_at else self.asked.resident.household.address


# --- the list ----------------------------------------------------------------------------
@require_GET
@for_homes
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, the first due first; `?answered=1`: what was answered, the newest first."""
    seen = _visible(member(request))
    answered = "answered" in request.GET
    rows = seen.exclude(state=RightsState.OPEN).order_by("-id") if answered else seen.open()
    if answered and (before := request.GET.get("before", "")).isdecimal():
        rows = rows.filter(pk__lt=before[:18])
    found = list(rows[: MOST_SHOWN + 1])
    context = {
        **frame(request, "residents"),
        "rows": [Row(asked, asked.is_overdue(today())) for asked in found[:MOST_SHOWN]],
        "answered": answered,
        "more": found[MOST_SHOWN - 1].pk if len(found) > MOST_SHOWN else None,
    }
    return page(request, "residents/rights.html", context)


def _visible(user: User) -> RightsRequestQuerySet:
    """Raises: PermissionDenied: this person knows nobody's home."""
    reach = access.reach(user)
    if not (reach.grids or reach.communities):
        raise PermissionDenied(_("These requests are taken and answered by grid workers and the community."))
    return RightsRequest.objects.visible_to(user).with_person()


# --- taking one --------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """For a resident whom this person knows; one that is open already is shown instead of a second one."""
    user = member(request)
    inside = access.reach(user).of_grid("household__dwelling__building__grid")
    people = Resident.objects.filter(inside, anonymised_at__isnull=True)
    resident = get_object_or_404(people.select_related("household__dwelling__building__grid"), pk=pk)
    form = TakeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        context = {**frame(request, "residents"), "form": form, "resident": resident}
        status = 422 if request.method == "POST" else 200
        return page(request, "residents/rights_new.html", context, status=status)
    told = form.cleaned_data
    asked, is_new = rights.take(resident, kind=RightsKind(told["kind"]), words=told["words"], actor=user)
    if is_new:
        messages.success(request, _("The request is taken; the community was told."))
    else:
        messages.info(request, _("Such a request is open already; here it is."))
    return see_other(reverse("worker_rights_one", args=[asked.pk]))


# --- one of them -------------------------------------------------------------------------
@require_GET
@for_homes
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


def _found(request: HttpRequest, pk: int) -> RightsRequest:
    return get_object_or_404(_visible(member(request)), pk=pk)


def _page(
    request: HttpRequest, asked: RightsRequest, mending: forms.Form | None = None, *, refusal: str = ""
) -> HttpResponse:
    """The request with what may be done about it; `mending`: a form as it was sent, with what is wrong."""
    made = {name: type_(auto_id=f"{name}_%s") for name, type_ in FORMS.items()}
    if mending is not None:
        made |= {name: mending for name, type_ in FORMS.items() if type(mending) is type_}
    is_open = asked.state == RightsState.OPEN
    may = is_open and access.may_answer_rights(member(request), asked.resident.household.dwelling.grid)
    deleting = may and asked.kind == RightsKind.DELETE
    context = {
        **frame(request, "residents"),
        "row": Row(asked, asked.is_overdue(today())),
        "asked": asked,
        "resident": asked.resident,
        "may_answer": may,
        "against": list(rights.against(asked.resident, but=asked)) if deleting else [],
        "forms": made,
        "mending": next((name for name, form in made.items() if form is mending), ""),
        "refusal": refusal,
    }
    status = 409 if refusal else 422 if mending else 200
    return page(request, "residents/rights_one.html", context, status=status)


@require_POST
@for_homes
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything kept of the person, to be read with them and printed; who looked and why is kept first."""
    asked, form = _found(request, pk), LookForm(request.POST, auto_id="look_%s")
    if not form.is_valid():
        return _page(request, asked, form)
    try:
        resident = rights.look(asked, actor=member(request), reason=form.cleaned_data["reason"])
    except Refused as refused:
        return _page(request, asked, form, refusal=refused.sentence)
    context = {
        **frame(request, "residents"),
        "asked": asked,
        "resident": resident,
        "parts": kept.everything(resident),
        "at": clock.now(),
    }
    return page(request, "residents/rights_kept.html", context)


@require_POST
@for_homes
def done(request: HttpRequest, pk: int) -> HttpResponse:
    return _settle(request, pk, "done", lambda asked, actor, told: rights.grant(asked, actor=actor, **told))


@require_POST
@for_homes
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    return _settle(
        request, pk, "refuse", lambda asked, actor, told: rights.refuse(asked, actor=actor, **told)
    )


@require_POST
@for_homes
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    return _settle(request, pk, "delete", lambda asked, actor, told: rights.delete(asked, actor=actor))


def _settle(
    request: HttpRequest,
    pk: int,
    name: str,
    act: Callable[[RightsRequest, User, dict[str, Any]], None],
) -> HttpResponse:
    """The answer, or its form again; a second tap finds it answered and goes to the same page."""
    asked, form = _found(request, pk), FORMS[name](request.POST, auto_id=f"{name}_%s")
    here = see_other(reverse("worker_rights_one", args=[asked.pk]))
    if asked.state != RightsState.OPEN:
        messages.info(request, _("This request has been answered already."))
        return here
    if not form.is_valid():
        return _page(request, asked, form)
    try:
        act(asked, member(request), form.cleaned_data)
    except Refused as refused:
        return _page(request, asked, form, refusal=refused.sentence)
    messages.success(request, _("Answered. Please tell the resident."))
    return here
