"""The office's pages of volunteers: the list, one of them, taking members over."""

import logging
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from grids.doors import member as staff
from partybuilding.access import By
from partybuilding.teams.access import allowed, keeps
from partybuilding.teams.forms import LeaveForm, LetterForm, NarrowForm, PlaceForm
from partybuilding.teams.models import Volunteer
from partybuilding.teams.services import enrolling, letter
from partybuilding.teams.views.acting import LATEST, past_of
from partybuilding.teams.workflow import VOLUNTEER_STEPS, State
from requests_app.desk.doors import for_office, frame
from wangguan.answers import docx_file, page, see_other, too_many
from wangguan.limits import Limit
from wangguan.refusals import Refused

HERE = "teams_volunteers"
PAGE = 30
PHONES_AN_HOUR = Limit("teams_phone", most=120)
logger = logging.getLogger(__name__)


@require_GET
@for_office()
def volunteers(request: HttpRequest) -> HttpResponse:
    """By state, skill and confirmed hours; the newest first."""
    form = NarrowForm(request.GET)
    rows = form.narrow(Volunteer.objects.visible_to(staff(request)).with_hours())
    rows = rows.select_related("community", "grid").defer("community__boundary", "grid__boundary")
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 18:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.prefetch_related("teams").order_by("-pk")[: PAGE + 1])
    narrowed = form.narrowed
    context = {
        **frame(request, HERE),
        "form": form,
        "rows": found[:PAGE],
        "next": urlencode({**narrowed, "after": found[PAGE - 1].pk}) if len(found) > PAGE else "",
        "first": urlencode(narrowed) if after else "",
    }
    return page(request, "teams/volunteers.html", context)


@require_GET
@for_office()
def volunteer(request: HttpRequest, pk: int) -> HttpResponse:
    return _volunteer(request, _found(request, pk))


def _volunteer(request: HttpRequest, row: Volunteer, *, status: int = 200, **more: Any) -> HttpResponse:
    """The whole page; `more` are forms that came back with something to mend, a refusal, or the number."""
    by = By(staff(request))
    context = {
        **frame(request, HERE),
        "row": row,
        "keeps": keeps(by, row.community_id),
        "steps": {step.name: step for step in allowed(by, row)},
        "hours": row.confirmed_hours(),
        "memberships": row.memberships.select_related("team").order_by("-until", "-pk"),
        "calls": row.calls.select_related("call").order_by("-pk")[:LATEST],
        "past": past_of(row),
        "place_form": PlaceForm(volunteer=row),
        "leave_form": LeaveForm(),
        "letter_form": LetterForm(auto_id="letter-%s"),
        **more,
    }
    return page(request, "teams/volunteer.html", context, status=status)


@require_POST
@for_office()
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Confirm, or take off the list; and say in which grid somebody lives."""
    row, by = _found(request, pk), By(staff(request))
    form = PlaceForm(request.POST, volunteer=row)
    if name not in (*VOLUNTEER_STEPS, "place"):
        raise Http404
    if name != "leave" and not form.is_valid():
        return _volunteer(request, row, place_form=form, status=422)
    try:
        if name == "leave":
            enrolling.leave(row, by=by, note=request.POST.get("note", ""))
        elif name == "confirm":
            enrolling.confirm(row, grid=form.cleaned_data["grid"], by=by)
        else:
            enrolling.place(row, grid=form.cleaned_data["grid"], by=by)
    except Refused as refusal:
        forms = {"leave_form": LeaveForm(request.POST)}
        return _volunteer(request, row, refusal=refusal.sentence, status=409, **forms)
    messages.success(request, f"{row.masked_name}: {State(row.state).label}.")
    return see_other(reverse("teams_volunteer", args=[pk]))


@require_POST
@for_office()
def number(request: HttpRequest, pk: int) -> HttpResponse:
    """The number, to be called; every look stands in the history."""
    row, user = _found(request, pk), staff(request)
    if not PHONES_AN_HOUR.take(str(user.pk)):
        return too_many(request)
    try:
        shown = enrolling.dial(row, by=By(user))
    except Refused as refusal:
        return _volunteer(request, row, refusal=refusal.sentence, status=409)
    logger.info("phone of a volunteer shown", extra={"volunteer": row.pk, "user": user.pk})
    return _volunteer(request, row, phone=shown)


@require_POST
@for_office()
def thank_by_letter(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A letter of thanks, as a Word file."""
    row, form = _found(request, pk), LetterForm(request.POST, auto_id="letter-%s")
    if form.is_valid():
        try:
            content = letter.letter(row, by=By(staff(request)), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            return docx_file(content, f"{_('Letter of thanks')}-{row.pk}.docx")
    return _volunteer(request, row, letter_form=form, status=422)


# --- taking members over ---------------------------------------------------------------------
@require_GET
@for_office()
def members(request: HttpRequest) -> HttpResponse:
    """Members who checked in, and members of branches, who are no volunteers yet."""
    return _members(request)


def _members(request: HttpRequest, *, refusal: str = "", status: int = 200) -> HttpResponse:
    checked_in, in_branch = enrolling.who_may_be_taken_over(By(staff(request)))
    context = {
        **frame(request, HERE),
        "checked_in": checked_in.select_related("community")
        .defer("community__boundary")
        .order_by("-pk")[:PAGE],
        "in_branch": in_branch.select_related("organisation").order_by("-pk")[:PAGE],
        "refusal": refusal,
    }
    return page(request, "teams/members.html", context, status=status)


@require_POST
@for_office()
def take_over(request: HttpRequest, sort: str, pk: int) -> HttpResponse:
    """One press."""
    by = By(staff(request))
    checked_in, in_branch = enrolling.who_may_be_taken_over(by)
    rows = checked_in if sort == "checked-in" else in_branch.select_related("organisation")
    try:
        row = enrolling.take_over(get_object_or_404(rows, pk=pk), by=by)
    except Refused as refusal:
        return _members(request, refusal=refusal.sentence, status=409)
    messages.success(request, _("%(name)s is a volunteer now and is told so.") % {"name": row.masked_name})
    return see_other(reverse("teams_members"))


def _found(request: HttpRequest, pk: int) -> Volunteer:
    rows = Volunteer.objects.visible_to(staff(request)).select_related("community", "grid", "wish")
    return get_object_or_404(rows.defer("community__boundary", "grid__boundary"), pk=pk)
