"""Consent, care plans, and what happened in a household."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from grids.doors import for_homes, member
from grids.models import today
from residents.forms.care import (
    ChangePlanForm,
    ConsentForm,
    EndPlanForm,
    EventForm,
    PlanForm,
    WithdrawForm,
)
from residents.models import Consent
from residents.services import care, consents
from residents.terms import CareBasis, CareEventKind, CareGroup, ConsentHow, ConsentPurpose, VisitLevel
from residents.views import found
from residents.views.people import home_url, person_url
from residents.views.sheets import Fact, Sheet, retyped, settle, show


# --- consent ------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody agreed to something."""
    row = found.resident(request, pk, to_write=True)
    sheet = Sheet(
        title=_("Write down a consent"),
        about=row.name,
        intro=_(
            "Say what it is for before you ask. It can be withdrawn at any time, without giving reasons."
        ),
        button=_("Write it down"),
        back=person_url(row),
        template="residents/consent.html",
    )
    if request.method != "POST":
        return show(request, ConsentForm(resident=row), sheet)
    form = ConsentForm(request.POST, resident=row)

    def act() -> str:
        told = form.cleaned_data
        purpose, how = ConsentPurpose(told["purpose"]), ConsentHow(told["how"])
        consents.consent(row, purpose=purpose, how=how, given_on=told["given_on"], actor=member(request))
        return person_url(row)

    return settle(request, form, sheet, act, said=_("Written down."))


@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def withdraw(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Somebody no longer agrees."""
    row = found.resident(request, pk, to_write=True)
    given = get_object_or_404(Consent, pk=key, resident=row)
    given.resident = row
    sheet = Sheet(
        title=_("Withdraw a consent"),
        about=f"{row.name} · {given.get_purpose_display()}",
        intro=_("Care plans that stand on it end. What was done until now stays lawful."),
        button=_("Withdraw it"),
        back=person_url(row),
        final=True,
    )
    if request.method != "POST":
        return show(request, WithdrawForm(initial={"on": today()}), sheet)
    form = WithdrawForm(request.POST)

    def act() -> str:
        consents.withdraw(given, actor=member(request), on=form.cleaned_data["on"])
        return person_url(row)

    return settle(request, form, sheet, act, said=_("Written down."))


# --- care plans -----------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def new_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide that somebody is cared for."""
    row = found.cared_for(request, pk)
    sheet = Sheet(title=_("Decide on a care plan"), about=row.name, button=_("Decide"), back=person_url(row))
    if request.method != "POST":
        return show(request, PlanForm(), sheet)
    form = PlanForm(request.POST)

    def act() -> str:
        told = form.cleaned_data
        care.decide(
            row,
            actor=member(request),
            group=CareGroup(told["group"]),
            level=VisitLevel(told["level"]),
            basis=CareBasis(told["basis"]),
            reason=told["reason"],
            since=told["since"],
            review_on=told["review_on"],
        )
        return person_url(row)

    return settle(request, form, sheet, act, said=_("Decided. The next visit follows from it."))


@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def change_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide anew how often, or that it goes on as it is."""
    plan = found.plan(request, pk)
    row = plan.resident
    sheet = Sheet(
        title=_("Look the care plan over"),
        about=f"{row.name} · {plan.group_label}",
        button=_("Decide"),
        back=person_url(row),
    )
    if request.method != "POST":
        return show(request, ChangePlanForm(plan=plan), sheet)
    form = ChangePlanForm(request.POST, plan=plan)

    def act() -> str:
        told = form.cleaned_data
        given = {"level": VisitLevel(told["level"]), "review_on": told["review_on"], "reason": told["reason"]}
        care.change(plan, actor=member(request), seen=form.seen, **given)
        return person_url(row)

    def again() -> tuple[ChangePlanForm, Sequence[Fact]]:
        now = found.plan(request, pk)
        typed = retyped(request, seen_level=now.level, seen_review_on=now.review_on.isoformat())
        facts = [
            (_("How often to visit"), str(now.get_level_display())),
            (_("To be looked over again on"), now.review_on.isoformat()),
            (_("Reason"), now.reason or "—"),
        ]
        return ChangePlanForm(typed, plan=now), facts

    return settle(request, form, sheet, act, said=_("Decided. The next visit follows from it."), again=again)


@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def end_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The care plan is no longer needed."""
    plan = found.plan(request, pk)
    row = plan.resident
    sheet = Sheet(
        title=_("End the care plan"),
        about=f"{row.name} · {plan.group_label}",
        intro=_("Visits go back to what the household's other plans ask for."),
        button=_("End it"),
        back=person_url(row),
        final=True,
    )
    if request.method != "POST":
        return show(request, EndPlanForm(initial={"on": today()}), sheet)
    form = EndPlanForm(request.POST)

    def act() -> str:
        told = form.cleaned_data
        care.end(plan, actor=member(request), on=told["on"], why=told["why"])
        return person_url(row)

    return settle(request, form, sheet, act, said=_("The care plan has ended."))


# --- something happened ---------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """Something happened: somebody looks in soon."""
    home = found.household(request, pk, to_write=True)
    sheet = Sheet(
        title=_("Something happened"),
        about=home.address,
        intro=_("The household is to be visited within three working days."),
        button=_("Write it down"),
        back=home_url(home),
    )
    if request.method != "POST":
        return show(request, EventForm(initial={"on": today()}), sheet)
    form = EventForm(request.POST)

    def act() -> str:
        told = form.cleaned_data
        kind = CareEventKind(told["kind"])
        care.note_event(home, actor=member(request), kind=kind, on=told["on"], note=told["note"])
        return home_url(home)

    return settle(request, form, sheet, act, said=_("Written down. The next visit has moved forward."))
