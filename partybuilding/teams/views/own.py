"""A volunteer's own page: called out, shifts ahead, hours, teams; and answering a call-out."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from partybuilding.access import By
from partybuilding.door.views.doors import for_known, known
from partybuilding.gatherings.models import SignUp
from partybuilding.teams.access import allowed
from partybuilding.teams.forms import AbleForm, LeaveForm
from partybuilding.teams.models import Called, Shift, Volunteer
from partybuilding.teams.services import calling, enrolling
from partybuilding.teams.terms import GIVEN, Answer
from partybuilding.teams.views import acting
from partybuilding.teams.workflow import Stage
from wangguan.answers import page, see_other
from wangguan.refusals import Refused
from wangguan.swap import MovedMeanwhile, swap

LATEST = 20


@never_cache
@require_GET
@for_known
def me(request: HttpRequest) -> HttpResponse:
    return _me(request, _volunteer(request))


def _me(
    request: HttpRequest, volunteer: Volunteer, *, refusal: str = "", status: int = 200, **forms: Any
) -> HttpResponse:
    """The whole page; `forms` are those that came back with something to mend."""
    by = By(phone_hash=known(request))
    calls = volunteer.calls.select_related("call")
    able = {name: getattr(volunteer, name) for name in ("skills", "slots", "may_be_named")}
    context = {
        "volunteer": volunteer,
        "hours": volunteer.confirmed_hours(),
        "calls": calls.exclude(call__stage=Stage.ENDED).order_by("-pk"),
        "past_calls": calls.coming().filter(call__stage=Stage.ENDED).order_by("-pk")[:LATEST],
        "shifts": _shifts_ahead(volunteer) if volunteer.is_confirmed else [],
        "past": acting.past_of(volunteer),
        "memberships": volunteer.memberships.current().select_related("team"),
        "leads": set(volunteer.leads.standing().values_list("pk", flat=True)),
        "able_form": AbleForm(able),
        "leave_form": LeaveForm(),
        "steps": allowed(by, volunteer),
        "refusal": refusal,
        "back": reverse("party_me"),
        **forms,
    }
    return page(request, "teams/me.html", context, status=status)


def _shifts_ahead(volunteer: Volunteer) -> list[tuple[Shift, str]]:
    """Of one's teams and of one's community, each with how one stands to it."""
    own = Q(activity__team__in=volunteer.memberships.current().values("team"))
    near = Q(activity__team__community=volunteer.community_id)
    rows = Shift.objects.ahead().filter(own | near).with_taken()
    shifts = list(rows.select_related("gathering", "activity__team")[:LATEST])
    signed = SignUp.objects.of_phone(volunteer.phone_hash).filter(
        gathering__in=[shift.gathering_id for shift in shifts]
    )
    states = {sign_up.gathering_id: sign_up.get_state_display() for sign_up in signed}
    return [(shift, states.get(shift.gathering_id, "")) for shift in shifts]


@require_POST
@for_known
def able(request: HttpRequest) -> HttpResponse:
    """What one can do, when, and whether one may be named, said anew."""
    volunteer, form = _volunteer(request), AbleForm(request.POST)
    if not form.is_valid():
        return _me(request, volunteer, able_form=form, status=422)
    try:
        swap(volunteer, **form.cleaned_data)
    except MovedMeanwhile as refusal:
        return _me(request, volunteer, refusal=refusal.sentence, able_form=form, status=409)
    messages.success(request, _("Kept."))
    return see_other(reverse("teams_me"))


@require_POST
@for_known
def leave(request: HttpRequest) -> HttpResponse:
    volunteer, form = _volunteer(request), LeaveForm(request.POST)
    note = request.POST.get("note", "")
    try:
        enrolling.leave(volunteer, by=By(phone_hash=known(request)), note=note)
    except Refused as refusal:
        return _me(request, volunteer, refusal=refusal.sentence, leave_form=form, status=409)
    messages.success(request, _("You are off the list. Thank you for what you did."))
    return see_other(reverse("party_me"))


# --- a call-out ------------------------------------------------------------------------------
@never_cache
@require_GET
@for_known
def call(request: HttpRequest, pk: int) -> HttpResponse:
    return _call(request, _called(request, pk))


def _call(request: HttpRequest, row: Called, *, refusal: str = "", status: int = 200) -> HttpResponse:
    may_come = row.call.stage == Stage.CALLING or row.answer in (Answer.NOW, Answer.SOON)
    context = {
        "row": row,
        "call": row.call,
        "may_come": may_come and row.call.is_running,
        "answers": [(value, Answer(value).label) for value in GIVEN if may_come or value == Answer.CANNOT],
        "refusal": refusal,
        "back": reverse("teams_me"),
    }
    return page(request, "teams/call.html", context, status=status)


@require_POST
@for_known
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap: I come now, within the hour, or I cannot."""
    row = _called(request, pk)
    try:
        calling.answer(row, request.POST.get("answer", ""), by=By(phone_hash=known(request)))
    except Refused as refusal:
        return _call(request, _called(request, pk), refusal=refusal.sentence, status=409)
    return see_other(reverse("teams_call", args=[pk]))


def _volunteer(request: HttpRequest) -> Volunteer:
    """The volunteer who holds this phone."""
    rows = Volunteer.objects.standing().select_related("community").defer("community__boundary")
    return get_object_or_404(rows, phone_hash=known(request))


def _called(request: HttpRequest, pk: int) -> Called:
    rows = Called.objects.of_phone(known(request)).select_related("call", "volunteer")
    # Whoever left and came back was perhaps called twice: as who they are now.
    found = rows.filter(call=pk).order_by("-pk").first()
    if found is None:
        raise Http404
    return found
