"""The office's pages: estates with and without a table, one table, setting one up."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import member as staff
from grids.models import Estate
from partybuilding import access
from partybuilding.access import By, seen_in
from partybuilding.meetings.models import Topic
from partybuilding.meetings.workflow import UNSETTLED
from partybuilding.steward import shown
from partybuilding.steward.forms import CrossingForm, ReservedForm, ServiceForm, StewardForm
from partybuilding.steward.models import CrossAppointment, Steward
from partybuilding.steward.services import founding, log, topics
from partybuilding.steward.terms import OWNERS_SENTENCE, PARTIES
from partybuilding.steward.views.code import code, group_text, public_address
from requests_app.desk.doors import for_office, frame
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

HERE = "stewards"
MOST = 300
"""Estates on the list; a street has some dozens."""


# --- all of them -------------------------------------------------------------------------
@require_GET
@for_office()
def stewards(request: HttpRequest) -> HttpResponse:
    """Estates with a table and how it does, then those without one."""
    user = staff(request)
    rows = list(_seen(request).standing().with_figures()[:MOST])
    without = _estates(request).exclude(pk__in=[row.estate_id for row in rows])[:MOST]
    months = shown.last_months(rows)
    context = {
        **frame(request, HERE),
        "rows": [(row, PARTIES - len(row.sides or []), months.get(row.pk)) for row in rows],
        "without": [(estate, access.keeps(user, estate.community_id)) for estate in without],
        "parties": PARTIES,
    }
    context["estates"] = len(rows) + len(context["without"])
    return page(request, "steward/list.html", context)


def _seen(request: HttpRequest) -> Any:
    return Steward.objects.visible_to(staff(request)).with_place()


def _estates(request: HttpRequest) -> QuerySet[Estate]:
    rows = Estate.objects.filter(seen_in(staff(request))).select_related("community")
    return rows.defer("community__boundary").order_by("community__code", "name")


# --- one of them -------------------------------------------------------------------------
@require_GET
@for_office()
def steward(request: HttpRequest, pk: int) -> HttpResponse:
    return _one(request, _found(request, pk))


def _one(
    request: HttpRequest, row: Steward, *, refusal: str = "", status: int = 200, **forms: Any
) -> HttpResponse:
    """The whole page; `forms` are those that came back with something to mend."""
    keeps = access.keeps(staff(request), row.community_id) and row.ended_on is None
    waiting = list(_waiting(row))
    address = public_address(request, row)
    context = {
        **frame(request, HERE),
        "row": row,
        "keeps": keeps,
        "parties": shown.parties(row),
        "crossings": row.crossings.all(),
        "waiting": [(topic, _reserved_form(topic) if keeps else None) for topic in waiting],
        "owners_sentence": OWNERS_SENTENCE,
        "settled": shown.settled(row),
        "open_month": shown.open_month(row),
        "last": shown.last_month(row),
        "done": shown.done_lately(row),
        "planned": shown.planned(row),
        "address": address,
        "code": code(address),
        "group_text": group_text(row, address),
        "crossing_form": CrossingForm(auto_id="cross-%s"),
        "service_form": ServiceForm(auto_id="service-%s"),
        "refusal": refusal,
        **forms,
    }
    return page(request, "steward/one.html", context, status=status)


def _waiting(row: Steward) -> QuerySet[Topic]:
    rows = Topic.objects.filter(body=row.body_id, state__in=UNSETTLED)
    related = rows.select_related("meeting", "shown", "ticket__building", "ticket__category")
    return related.order_by("-support", "-pk")[: shown.MOST]


def _reserved_form(topic: Topic) -> ReservedForm:
    known = topic.shown.reserved if hasattr(topic, "shown") else ""
    return ReservedForm(initial={"reserved": known}, auto_id=f"reserved-{topic.pk}-%s")


def _found(request: HttpRequest, pk: int) -> Steward:
    return get_object_or_404(_seen(request), pk=pk)


def _back(row: Steward) -> HttpResponse:
    return see_other(reverse("steward", args=[row.pk]))


# --- setting one up, changing it ---------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def set_up(request: HttpRequest, estate: int) -> HttpResponse:
    """A table for an estate that has none."""
    place = get_object_or_404(_estates(request), pk=estate)
    if not access.keeps(staff(request), place.community_id):
        raise Http404
    form = StewardForm(request.POST or None, community=place.community_id)
    if request.method == "POST" and form.is_valid():
        try:
            row = founding.set_up(place, by=staff(request), **form.for_service())
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("The table is set up. Give its seats next."))
            return _back(row)
    context = {**frame(request, HERE), "form": form, "estate": place, "row": None}
    return page(request, "steward/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another company, contact or branch."""
    row = _found(request, pk)
    if not access.keeps(staff(request), row.community_id):
        raise Http404
    form = StewardForm(request.POST or None, community=row.community_id, steward=row)
    if request.method == "POST" and form.is_valid():
        try:
            founding.change(row, by=staff(request), **form.for_service())
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return _back(row)
    context = {**frame(request, HERE), "form": form, "estate": row.estate, "row": row}
    return page(request, "steward/form.html", context, status=422 if form.errors else 200)


@require_POST
@for_office()
def cross(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody of one body also sits in another."""
    row, form = _found(request, pk), CrossingForm(request.POST, auto_id="cross-%s")
    if form.is_valid():
        try:
            founding.appoint(row, form.save(commit=False), by=staff(request))
        except Refused as refusal:
            return _one(request, row, refusal=refusal.sentence, status=409, crossing_form=form)
        return _back(row)
    return _one(request, row, crossing_form=form, status=422)


@require_POST
@for_office()
def discharge(request: HttpRequest, pk: int, crossing: int) -> HttpResponse:
    """A cross appointment ends today."""
    row = _found(request, pk)
    found = get_object_or_404(
        CrossAppointment.objects.select_related("steward__estate"), pk=crossing, steward=row
    )
    try:
        founding.discharge(found, by=staff(request))
    except Refused as refusal:
        return _one(request, row, refusal=refusal.sentence, status=409)
    return _back(row)


# --- topics ------------------------------------------------------------------------------
@require_POST
@for_office()
def show(request: HttpRequest, pk: int, topic: int) -> HttpResponse:
    """From now on households read it and may second it."""
    row, found = _with_topic(request, pk, topic)
    try:
        topics.show(found, by=staff(request))
    except Refused as refusal:
        return _one(request, row, refusal=refusal.sentence, status=409)
    messages.success(request, _("Residents see it now and may second it."))
    return _back(row)


@require_POST
@for_office()
def reserve(request: HttpRequest, pk: int, topic: int) -> HttpResponse:
    """Whether, and by which item, a topic is for the owners to decide."""
    (row, found), form = _with_topic(request, pk, topic), ReservedForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        topics.reserve(found, form.cleaned_data["reserved"], by=staff(request))
    except Refused as refusal:
        return _one(request, row, refusal=refusal.sentence, status=409)
    return _back(row)


def _with_topic(request: HttpRequest, pk: int, topic: int) -> tuple[Steward, Topic]:
    row = _found(request, pk)
    return row, get_object_or_404(Topic.objects.select_related("body"), pk=topic, body=row.body_id)


# --- the log -----------------------------------------------------------------------------
@require_POST
@for_office()
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """The office writes a service of the property company down."""
    row = _found(request, pk)
    form = ServiceForm(request.POST, request.FILES, auto_id="service-%s")
    if form.is_valid():
        told = form.cleaned_data
        try:
            log.enter(row, by=By(staff(request)), pictures=told.pop("photos"), **told)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            return _back(row)
    form.keep()
    return _one(request, row, service_form=form, status=422)
