"""The office's pages of tables: which there are, who sits at one, what it agreed and how far that is."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import member
from grids.models import today
from partybuilding import access
from partybuilding.access import By
from partybuilding.meetings import figures, shown
from partybuilding.meetings.access import Person, meet
from partybuilding.meetings.forms import BodyForm, MeetingForm, OfficeTopicForm, SeatForm
from partybuilding.meetings.models import Action, Body, Meeting, Seat, Topic
from partybuilding.meetings.services import meetings, tables, topics
from partybuilding.meetings.terms import BodyKind
from partybuilding.meetings.workflow import TopicState
from requests_app.desk.doors import for_office, frame
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

HERE = "party_tables"
PAGE = 30
LATEST = 10


@require_GET
@for_office()
def bodies(request: HttpRequest) -> HttpResponse:
    """Tables by kind, each with its next meeting and what is open."""
    user, kind, after = member(request), request.GET.get("kind", ""), request.GET.get("after", "")
    rows = Body.objects.visible_to(user).standing().select_related("community").defer("community__boundary")
    if kind in BodyKind.values:
        rows = rows.filter(kind=kind)
    if after.isdecimal() and len(after) < 18:
        rows = rows.filter(pk__gt=int(after))
    found = list(rows.with_counts().order_by("pk")[: PAGE + 1])
    context = {
        **frame(request, HERE),
        "rows": found[:PAGE],
        "kind": kind,
        "kinds": [("", _("All")), *BodyKind.choices],
        "next": urlencode({"kind": kind, "after": found[PAGE - 1].pk}) if len(found) > PAGE else "",
        "first": urlencode({"kind": kind}) if after else "",
        "may_write": access.may_write(user),
    }
    return page(request, "meetings/bodies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def new(request: HttpRequest) -> HttpResponse:
    """Set up a table of the regular party-building meetings; other rooms set up theirs."""
    user = member(request)
    if not access.may_write(user):
        raise PermissionDenied(_("Your post does not include this page."))
    street = access.keeps_street(user)
    form = BodyForm(
        request.POST or None,
        communities=access.kept_communities(member(request)),
        whole_street=street,
        user=user,
    )
    if request.method == "POST" and form.is_valid():
        try:
            body = tables.found(kind=BodyKind.PARTY, by=By(user), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            return see_other(reverse("party_table", args=[body.pk]))
    context = {**frame(request, HERE), "form": form, "title": _("Set up a table"), "keep": _("Set up")}
    return page(request, "meetings/form.html", context, status=422 if form.errors else 200)


@require_GET
@for_office()
def body(request: HttpRequest, pk: int) -> HttpResponse:
    """One table: its seats with their terms, its meetings, what is open, what was handed in."""
    return _body(request, visible_body(request, pk))


def _body(
    request: HttpRequest, row: Body, *, refusal: str = "", status: int = 200, **more: Any
) -> HttpResponse:
    by = By(member(request))
    actions = Action.objects.for_page().filter(topic__body=row)
    context = {
        **frame(request, HERE),
        "row": row,
        "keeps": meet(by, row).keeps,
        "seats": row.seats.around(),
        "today": today(),
        "meetings": row.meetings.order_by("-starts_at", "-pk")[:LATEST],
        "open": shown.action_rows(list(actions.open()[:PAGE]), by),
        "waiting": [
            shown.TopicRow(each, []) for each in row.topics.waiting().for_page().order_by("pk")[:PAGE]
        ],
        "attendance": figures.attendance(body=row),
        "followed": figures.followed(body=row),
        "refusal": refusal,
        **more,
    }
    return page(request, "meetings/body.html", context, status=status)


@require_GET
@for_office()
def resolutions(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything this table settled, the newest first, and how far each action is."""
    row, after = visible_body(request, pk), request.GET.get("after", "")
    found = Topic.objects.for_page().filter(body=row, state=TopicState.DECIDED).select_related("meeting")
    if after.isdecimal() and len(after) < 18:
        found = found.filter(pk__lt=int(after))
    rows = list(found.order_by("-pk")[: PAGE + 1])
    context = {
        **frame(request, HERE),
        "row": row,
        "rows": shown.topic_rows(rows[:PAGE], By(member(request))),
        "next": urlencode({"after": rows[PAGE - 1].pk}) if len(rows) > PAGE else "",
        "first": "after=" if after else "",
    }
    return page(request, "meetings/resolutions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def seat(request: HttpRequest, pk: int) -> HttpResponse:
    """Give somebody a seat."""
    row, _person = kept_body(request, pk)
    form = SeatForm(request.POST or None, body=row)
    if request.method == "POST" and form.is_valid():
        try:
            tables.seat(row, form.sitting(), by=By(member(request)))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            return see_other(reverse("party_table", args=[row.pk]))
    return _form(request, row, form, _("Give a seat"))


@require_POST
@for_office()
def vacate(request: HttpRequest, pk: int) -> HttpResponse:
    """A seat ends on a day."""
    found = Seat.objects.filter(body__in=Body.objects.visible_to(member(request)))
    row = get_object_or_404(found.select_related("body"), pk=pk)
    try:
        tables.vacate(row, on=_a_day(request), by=By(member(request)))
    except Refused as refusal:
        return _body(request, visible_body(request, row.body_id), refusal=refusal.sentence, status=409)
    messages.success(request, _("The seat ends; what it took on stays with its unit."))
    return see_other(reverse("party_table", args=[row.body_id]))


def _a_day(request: HttpRequest) -> Any:
    """Raises: Refused: no day was given."""
    try:
        found = parse_date(request.POST.get("day", ""))
    except ValueError:
        found = None
    if found is None:
        raise Refused(_("Please say on which day."))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan the next meeting."""
    row, _person = kept_body(request, pk)
    form = MeetingForm(request.POST or None, body=row)
    if request.method == "POST" and form.is_valid():
        try:
            meeting = meetings.plan(
                row, by=By(member(request)), form_id=form.cleaned_data["form_id"], **form.told()
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            return see_other(meeting.get_absolute_url())
    return _form(request, row, form, _("Plan a meeting"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def topic_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a topic in; from a meeting's page (`?meeting=`) it goes on that agenda at once."""
    row, _person = kept_body(request, pk)
    form = OfficeTopicForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = By(member(request))
        try:
            topics.propose(row, form.proposal(), by=by, form_id=form.cleaned_data["form_id"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            asked = request.GET.get("meeting", "")
            return see_other(_after_topic(row, asked))
    return _form(request, row, form, _("Add a topic"))


def _after_topic(row: Body, asked: str) -> str:
    if asked.isdecimal() and Meeting.objects.filter(body=row, pk=int(asked[:18])).exists():
        return reverse("party_agenda", args=[int(asked[:18])])
    return reverse("party_table", args=[row.pk])


def _form(request: HttpRequest, row: Body, form: Any, title: str) -> HttpResponse:
    context = {**frame(request, HERE), "row": row, "form": form, "title": title, "keep": title}
    return page(request, "meetings/form.html", context, status=422 if form.errors else 200)


def visible_body(request: HttpRequest, pk: int) -> Body:
    rows = Body.objects.visible_to(member(request)).select_related("community", "organisation")
    return get_object_or_404(rows.defer("community__boundary"), pk=pk)


def kept_body(request: HttpRequest, pk: int) -> tuple[Body, Person]:
    """The table and its keeper.

    Raises:
        Http404: not to be seen by this person.
        PermissionDenied: seen, not kept.
    """
    row = visible_body(request, pk)
    person = meet(By(member(request)), row)
    if not person.keeps:
        raise PermissionDenied(_("Only those who keep this table do that."))
    return row, person
