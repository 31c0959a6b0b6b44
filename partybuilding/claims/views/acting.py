"""What a sent form does to a claim, an item or a milestone, for the office's pages and the phone's."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest

from partybuilding.access import By
from partybuilding.claims.forms.steps import AcceptForm, NoteForm, PlanForm, RateForm, ReachForm, SiteRateForm
from partybuilding.claims.models import Claim, Item, Milestone
from partybuilding.claims.services import agreeing, carrying, steps
from partybuilding.claims.workflow import CLAIM_STEPS, ITEM_STEPS
from wangguan.refusals import Refused

Outcome = tuple[int, str, dict[str, Any]] | None
"""None when it is done; else a status, a sentence for the whole page, and forms to mend by key."""


def step_item(request: HttpRequest, item: Item, name: str, by: By) -> Outcome:
    """Publish, withdraw, begin, accept."""
    step, key = ITEM_STEPS.get(name), f"item-{name}"
    if step is None or step.follows or name == "rate":
        raise Http404
    form: Any = None
    if step.needs_note:
        made = AcceptForm if name == "accept" else NoteForm
        form = made(request.POST, request.FILES, auto_id=f"{key}-%s", step=step)
        if not form.is_valid():
            return _unkept(form, key)
    told = form.cleaned_data if form else {}
    try:
        steps.take(item, name, by=by, note=told.get("note", ""), pictures=told.get("photos", ()))
    except Refused as refusal:
        return _refused(form, key, refusal)
    return None


def step_claim(request: HttpRequest, claim: Claim, name: str, by: By) -> Outcome:
    """Agree, refuse, divide, join, release, end."""
    step, key = CLAIM_STEPS.get(name), f"claim-{claim.pk}-{name}"
    if step is None or step.follows:
        raise Http404
    form = NoteForm(request.POST, auto_id=f"{key}-%s", step=step)
    if not form.is_valid():
        return _unkept(form, key)
    try:
        agreeing.move(claim, name, by=by, note=form.cleaned_data["note"])
    except Refused as refusal:
        return _refused(form if step.needs_note else None, key, refusal)
    return None


def plan(request: HttpRequest, claim: Claim, by: By) -> Outcome:
    key = f"plan-{claim.pk}"
    form = PlanForm(request.POST, auto_id=f"{key}-%s")
    if not form.is_valid():
        return _unkept(form, key)
    try:
        carrying.plan(claim, by=by, **form.cleaned_data)
    except Refused as refusal:
        return _refused(form, key, refusal)
    return None


def reach(request: HttpRequest, milestone: Milestone, by: By) -> Outcome:
    key = f"reach-{milestone.pk}"
    form = ReachForm(request.POST, request.FILES, auto_id=f"{key}-%s")
    if not form.is_valid():
        return _unkept(form, key)
    told = form.cleaned_data
    try:
        carrying.reach(milestone, by=by, on=told["reached_on"], words=told["words"], pictures=told["photos"])
    except Refused as refusal:
        return _refused(form, key, refusal)
    return None


def rate(request: HttpRequest, item: Item, by: By) -> Outcome:
    key = f"rate-{item.pk}"
    form = (SiteRateForm if by.user else RateForm)(request.POST, auto_id=f"{key}-%s")
    if not form.is_valid():
        return _unkept(form, key)
    told = form.cleaned_data
    try:
        carrying.rate(
            item,
            by=by,
            stars=int(told["stars"]),
            words=told["words"],
            how=told.get("how", ""),
            form_id=told["form_id"],
        )
    except Refused as refusal:
        return _refused(form, key, refusal)
    return None


def _unkept(form: Any, key: str) -> Outcome:
    if hasattr(form, "keep"):
        form.keep()
    return 422, "", {key: form}


def _refused(form: forms.Form | None, key: str, refusal: Refused) -> Outcome:
    """At its field, where the form has one; else above the page, with everything that was typed."""
    if form is None:
        return 409, refusal.sentence, {}
    if refusal.field in form.fields:
        form.add_error(refusal.field, refusal.sentence)
        return _unkept(form, key)
    if hasattr(form, "keep"):
        form.keep()
    return 409, refusal.sentence, {key: form}
