"""The page of those who keep a gathering: who comes and who came, by hand, hours, calling it off.

The office enters through the desk; whom a room names (a team's leader) by phone or as one of the staff.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from grids.doors import for_staff
from grids.doors import frame as worker_frame
from partybuilding.door.views.doors import for_known
from partybuilding.gatherings import access, kinds
from partybuilding.gatherings.forms import HoursForm, PersonForm, WhyForm
from partybuilding.gatherings.models import Gathering, SignUp
from partybuilding.gatherings.services import attending, making, signing
from partybuilding.gatherings.views.people import (
    OFFICE,
    PHONE,
    WORKER,
    Reader,
    by_phone,
    kept,
    of_office,
    of_staff,
)
from partybuilding.gatherings.workflow import State
from requests_app.desk.doors import for_office, frame
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

PAGE = 50
HERE = "party_gathering"
SKINS = {OFFICE: "office", WORKER: "worker", "gathering": "own"}
Act = Callable[[HttpRequest, Reader, Gathering], "Came"]
Came = tuple[str, dict[str, Form], int]
"""A refusal, the forms that came back with something to mend, and the status; ("", {}, 0) when it is done."""
DONE: Came = ("", {}, 0)


# --- the three ways in -----------------------------------------------------------------------
@require_GET
@for_office()
def office(request: HttpRequest, pk: int) -> HttpResponse:
    return _people(request, of_office(request), pk)


@require_POST
@for_office()
def office_act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    return _act(request, of_office(request), pk, name)


@require_GET
@for_staff
def worker(request: HttpRequest, pk: int) -> HttpResponse:
    return _people(request, of_staff(request), pk)


@require_POST
@for_staff
def worker_act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    return _act(request, of_staff(request), pk, name)


@never_cache
@require_GET
@for_known
def own(request: HttpRequest, pk: int) -> HttpResponse:
    return _people(request, by_phone(request), pk)


@require_POST
@for_known
def own_act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    return _act(request, by_phone(request), pk, name)


# --- the list --------------------------------------------------------------------------------
def _people(
    request: HttpRequest, reader: Reader, pk: int, *, refusal: str = "", status: int = 200, **forms: Form
) -> HttpResponse:
    """Who comes, waits, came and did not, in the order in which they signed up."""
    row = kept(reader, pk)
    keeps = access.keeps(reader.by, row)
    context = {
        **frame_of(request, reader),
        **_rows(request, row),
        "row": Gathering.objects.with_counts().select_related("community").get(pk=row.pk),
        "kind": (kind := kinds.of(row)),
        "kind_url": kind.url_of(row) if kind and reader.way == OFFICE else "",
        "keeps": keeps,
        "may_mark": keeps and row.has_begun and not row.is_off,
        "may_change": keeps and not row.is_over and not row.is_off,
        "person_form": PersonForm(auto_id="add-%s"),
        "hours_form": HoursForm(auto_id="all-%s"),
        "why_form": WhyForm(auto_id="off-%s"),
        "refusal": refusal,
        "act": _addresses(reader, row),
        "back": reader.url("", row.pk) if reader.way == PHONE else "",
        "to_poster": reader.url("poster", row.pk),
        "to_change": reader.url("change", row.pk) if reader.way == OFFICE else "",
        **forms,
    }
    return page(request, f"gatherings/people_{SKINS[reader.way]}.html", context, status=status)


def frame_of(request: HttpRequest, reader: Reader) -> dict[str, Any]:
    """What stands around the page of a keeper, whichever way they came in."""
    match reader.way:
        case "party_gathering":
            return frame(request, HERE)
        case "worker_gathering":
            return worker_frame(request, "me")
    return {}


def _rows(request: HttpRequest, row: Gathering) -> dict[str, Any]:
    """One page, in the order of the waiting list."""
    state, after = request.GET.get("state", ""), request.GET.get("after", "")
    rows = row.sign_ups.select_related("user")
    if state in State.values:
        rows = rows.filter(state=state)
    if after.isdecimal() and len(after) < 18 and (last := row.sign_ups.filter(pk=int(after)).first()):
        rows = rows.filter(Q(queued_at__gt=last.queued_at) | Q(queued_at=last.queued_at, pk__gt=last.pk))
    found = list(rows.order_by("queued_at", "pk")[: PAGE + 1])
    return {
        "rows": found[:PAGE],
        "state": state,
        "states": [("", _("All")), *State.choices],
        "next": urlencode({"state": state, "after": found[PAGE - 1].pk}) if len(found) > PAGE else "",
        "first": urlencode({"state": state}) if after else "",
    }


def _addresses(reader: Reader, row: Gathering) -> dict[str, str]:
    return {name: reader.url("act", row.pk, name) for name in ACTS}


# --- what is done there ----------------------------------------------------------------------
def _act(request: HttpRequest, reader: Reader, pk: int, name: str) -> HttpResponse:
    row = kept(reader, pk)
    if name not in ACTS:
        raise Http404
    if not access.keeps(reader.by, row):
        raise PermissionDenied(_("Only those who keep this gathering do that."))
    refusal, forms, status = ACTS[name](request, reader, row)
    if status:
        return _people(request, reader, pk, refusal=refusal, status=status, **forms)
    return see_other(reader.url("people", pk))


def _add(request: HttpRequest, reader: Reader, row: Gathering) -> Came:
    form = PersonForm(request.POST, auto_id="add-%s")
    if not form.is_valid():
        return "", {"person_form": form}, 422
    try:
        added = signing.sign_up(row, form.whom(), by=reader.by)
    except Refused as refusal:
        return refusal.sentence, {"person_form": form}, 409
    messages.success(request, f"{added.masked_name}: {added.get_state_display()}")
    return DONE


def _mark(request: HttpRequest, reader: Reader, row: Gathering) -> Came:
    """Was there, or not; with hours where some were given."""
    sign_up = _sign_up(request, row)
    attended = request.POST.get("attended") == "yes"
    form = HoursForm(request.POST) if request.POST.get("hours") else None
    if form and not form.is_valid():
        return str(form.errors["hours"][0]), {}, 422
    hours = form.cleaned_data["hours"] if form else None
    try:
        marked = attending.mark(sign_up, attended=attended, hours=hours, by=reader.by)
    except Refused as refusal:
        return refusal.sentence, {}, 409
    messages.success(request, f"{marked.masked_name}: {marked.get_state_display()}")
    return DONE


def _hours(request: HttpRequest, reader: Reader, row: Gathering) -> Came:
    form = HoursForm(request.POST, auto_id="all-%s")
    if not form.is_valid():
        return "", {"hours_form": form}, 422
    try:
        count = attending.confirm_hours(row, hours=form.cleaned_data["hours"], by=reader.by)
    except Refused as refusal:
        return refusal.sentence, {"hours_form": form}, 409
    said = ngettext("Hours of %(count)d person confirmed.", "Hours of %(count)d people confirmed.", count)
    messages.success(request, said % {"count": count})
    return DONE


def _cancel(request: HttpRequest, reader: Reader, row: Gathering) -> Came:
    try:
        gone = signing.cancel(_sign_up(request, row), by=reader.by)
    except Refused as refusal:
        return refusal.sentence, {}, 409
    messages.success(request, f"{gone.masked_name}: {gone.get_state_display()}")
    return DONE


def _off(request: HttpRequest, reader: Reader, row: Gathering) -> Came:
    form = WhyForm(request.POST, auto_id="off-%s")
    if not form.is_valid():
        return "", {"why_form": form}, 422
    try:
        making.call_off(row, why=form.cleaned_data["why"], by=reader.by)
    except Refused as refusal:
        return refusal.sentence, {"why_form": form}, 409
    messages.success(request, _("Called off; everybody who signed up is told."))
    return DONE


def _renew(request: HttpRequest, reader: Reader, row: Gathering) -> Came:
    try:
        making.renew_token(row, by=reader.by)
    except Refused as refusal:
        return refusal.sentence, {}, 409
    messages.success(request, _("There is a new code; please print it anew."))
    return DONE


def _sign_up(request: HttpRequest, row: Gathering) -> SignUp:
    given = request.POST.get("sign_up", "")
    if not given.isdecimal() or len(given) > 18:
        raise Http404
    return get_object_or_404(row.sign_ups.select_related("gathering", "user"), pk=int(given))


ACTS: dict[str, Act] = {
    "add": _add,
    "mark": _mark,
    "hours": _hours,
    "cancel": _cancel,
    "off": _off,
    "renew": _renew,
}
