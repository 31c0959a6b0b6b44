"""A seat's own pages: the table, whether one comes, topics, what one is to carry out, the code on the wall.

The same pages stand at two doors: `/together/table/` for whoever is known by phone, `/worker/tables/` for
the staff.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from grids.doors import for_staff, frame, member
from partybuilding.access import By
from partybuilding.door.views.doors import for_known, known
from partybuilding.meetings import shown
from partybuilding.meetings.access import meet
from partybuilding.meetings.forms import DoneForm, ReplyForm, TopicForm
from partybuilding.meetings.models import Action, Body, Invitation, Meeting, Picture
from partybuilding.meetings.services import attending, topics
from partybuilding.meetings.terms import Reply
from partybuilding.meetings.views.following import report
from partybuilding.meetings.workflow import MeetingState, TopicState
from wangguan.answers import page, photo_file, see_other
from wangguan.refusals import Refused

LATEST = 5
MOST = 20
View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Door:
    """Through which door somebody came: who they are, how addresses begin, what stands around the page."""

    prefix: str
    base: str
    guard: Callable[..., Any]
    who: Callable[[HttpRequest], By]
    around: Callable[[HttpRequest], dict[str, Any]]

    def url(self, name: str, *args: object) -> str:
        return reverse(self.prefix + name, args=args)


PHONE = Door(
    "party_own_",
    "resident.html",
    for_known,
    lambda request: By(phone_hash=known(request)),
    lambda request: {"back": reverse("party_me")},
)
STAFF = Door(
    "worker_",
    "worker.html",
    for_staff,
    lambda request: By(member(request)),
    lambda request: frame(request, "me"),
)
DOORS = (PHONE, STAFF)


# --- my tables, one table --------------------------------------------------------------------
@never_cache
@require_GET
@for_staff
def tables(request: HttpRequest) -> HttpResponse:
    """The staff's own tables; whoever is known by phone finds theirs on their page."""
    rows = Body.objects.of_person(STAFF.who(request)).select_related("community")
    context = {
        **STAFF.around(request),
        "rows": rows.defer("community__boundary").with_counts().order_by("pk"),
    }
    return page(request, "meetings/own_tables.html", context)


def table(request: HttpRequest, door: Door, pk: int) -> HttpResponse:
    return _table(request, door, _body(request, door, pk))


def _table(
    request: HttpRequest, door: Door, row: Body, *, status: int = 200, refusal: str = "", **forms: Any
) -> HttpResponse:
    """The next meetings with the reply, what I am to carry out, a topic, what came of the last ones."""
    by = door.who(request)
    person = meet(by, row)
    mine = Action.objects.of_person(by).for_page().filter(topic__body=row)
    context = {
        **door.around(request),
        "base": door.base,
        "row": row,
        "seats": person.seats,
        "asked": _asked(door, person.seats, row, forms.pop("reply", None)),
        "mine": _with_urls(door, shown.action_rows(list(mine.open()[:MOST]), by)),
        "done": _with_urls(
            door, shown.action_rows(list(mine.exclude(state="open").order_by("-done_on")[:5]), by)
        ),
        "handed_in": row.topics.filter(seat__in=person.seats).order_by("-pk")[:LATEST],
        "topic_form": TopicForm(),
        "topic_url": door.url("topic", row.pk),
        "settled": _settled(row, by),
        "refusal": refusal,
        **forms,
    }
    return page(request, "meetings/own_table.html", context, status=status)


@dataclass(frozen=True)
class Asked:
    """A meeting to come, my invitation to it, and the form to reply."""

    meeting: Meeting
    invitation: Invitation | None
    topics: list[Any]
    form: ReplyForm | None
    url: str


def _asked(door: Door, seats: Any, row: Body, bound: tuple[int, ReplyForm] | None) -> list[Asked]:
    states = (MeetingState.CALLED, MeetingState.HELD)
    coming = row.meetings.filter(state__in=states).order_by("starts_at", "pk").prefetch_related("topics")
    own = {each.meeting_id: each for each in Invitation.objects.filter(seat__in=seats, meeting__in=coming)}
    return [_one_asked(door, each, own.get(each.pk), bound) for each in coming[:3]]


def _one_asked(
    door: Door, meeting: Meeting, own: Invitation | None, bound: tuple[int, ReplyForm] | None
) -> Asked:
    form = None
    if own:
        said = {"reply": own.reply, "words": own.words, "statement": own.statement}
        form = ReplyForm(initial=said if own.reply != Reply.NONE else None, auto_id=f"r{meeting.pk}-%s")
        if bound and bound[0] == own.pk:
            form = bound[1]
    on = sorted(meeting.topics.all(), key=lambda topic: (topic.place, topic.pk))
    url = door.url("reply", own.pk) if own else ""
    return Asked(meeting, own, [each for each in on if each.state != TopicState.PUT_OFF], form, url)


def _settled(row: Body, by: By) -> list[shown.TopicRow]:
    found = row.topics.filter(state=TopicState.DECIDED).for_page().order_by("-decided_at", "-pk")
    return shown.topic_rows(list(found[:5]), by)


def _with_urls(door: Door, rows: list[shown.ActionRow]) -> list[tuple[shown.ActionRow, str]]:
    return [(row, door.url("action", row.action.pk)) for row in rows]


def reply(request: HttpRequest, door: Door, pk: int) -> HttpResponse:
    """Whether one comes; on leave with words."""
    by = door.who(request)
    rows = Invitation.objects.select_related("meeting", "seat").filter(
        seat__body__in=Body.objects.of_person(by)
    )
    own = get_object_or_404(rows, pk=pk)
    body = _body(request, door, own.seat.body_id)
    if own.seat_id not in {seat.pk for seat in meet(by, body).seats}:
        raise Http404
    form, status = ReplyForm(request.POST, auto_id=f"r{own.meeting_id}-%s"), 422
    if form.is_valid():
        given = form.cleaned_data
        try:
            attending.reply(own, given["reply"], words=given["words"], statement=given["statement"], by=by)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
            status = 422 if refusal.field in form.fields else 409
        else:
            messages.success(request, _("Thank you for saying so."))
            return see_other(door.url("table", body.pk))
    return _table(request, door, body, status=status, reply=(own.pk, form))


def topic(request: HttpRequest, door: Door, pk: int) -> HttpResponse:
    """Hand a topic in."""
    body, form = _body(request, door, pk), TopicForm(request.POST)
    if form.is_valid():
        try:
            by, form_id = door.who(request), form.cleaned_data["form_id"]
            topics.propose(body, form.proposal(), by=by, form_id=form_id)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Handed in. Those who keep the table put it on an agenda."))
            return see_other(door.url("table", body.pk))
    return _table(request, door, body, status=422, topic_form=form)


# --- what I am to carry out ------------------------------------------------------------------
def action(request: HttpRequest, door: Door, pk: int) -> HttpResponse:
    """One action: what happened to it, and reporting it carried out."""
    row, form = _action(request, door, pk), None
    if request.method == "POST":
        form = DoneForm(request.POST, request.FILES)
        status = report(row, form, door.who(request))
        if not status:
            messages.success(request, _("Reported; those who keep the table check it."))
            return see_other(door.url("action", pk))
        return _action_page(request, door, _action(request, door, pk), form, status=status)
    return _action_page(request, door, row, DoneForm() if row.is_open else None)


def _action_page(
    request: HttpRequest, door: Door, row: Action, form: DoneForm | None, *, status: int = 200
) -> HttpResponse:
    def address(key: int, size: str) -> str:
        return door.url("action_picture", row.pk, key, size)

    back = door.url("table", row.topic.body_id)
    context = {
        **door.around(request),
        "base": door.base,
        "back": back,
        "table_url": back,
        "row": row,
        "shown": shown.action_rows([row], door.who(request))[0],
        "entries": row.entries.select_related("user", "seat__user").order_by("-pk"),
        "photos": shown.pictures(row, address),
        "form": form,
    }
    return page(request, "meetings/own_action.html", context, status=status)


def picture(request: HttpRequest, door: Door, pk: int, key: int, size: str) -> FileResponse:
    mine = Action.objects.of_person(door.who(request)).filter(pk=pk)
    return photo_file(get_object_or_404(Picture, pk=key, action__in=mine), size)


def _body(request: HttpRequest, door: Door, pk: int) -> Body:
    rows = Body.objects.of_person(door.who(request)).select_related("community")
    return get_object_or_404(rows.defer("community__boundary"), pk=pk)


def _action(request: HttpRequest, door: Door, pk: int) -> Action:
    return get_object_or_404(Action.objects.of_person(door.who(request)).for_page(), pk=pk)


# --- the code on the wall --------------------------------------------------------------------
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def here(request: HttpRequest, token: str) -> HttpResponse:
    """One press says “I am here”: the staff with their account, others with their phone."""
    rows = Meeting.objects.select_related("body__community").defer("body__community__boundary")
    row = get_object_or_404(rows, token=token)
    user = member(request) if request.user.is_authenticated else None
    by = By(user=user, phone_hash=known(request))
    seats, refusal = list(meet(by, row.body).seats), ""
    if request.method == "POST":
        try:
            seats = attending.attend(row, token, by=by)
        except Refused as refused:
            refusal = refused.sentence
    context = {
        "row": row if seats else None,
        "seats": seats,
        "is_known": user is not None or bool(known(request)),
        "came": row.invitations.filter(seat__in=seats, attended_at__isnull=False).exists(),
        "refusal": refusal,
        "token": token,
        "back": "/",
    }
    return page(request, "meetings/here.html", context, status=409 if refusal else 200)


def at(door: Door, view: View, *methods: str) -> View:
    """The page at this door."""

    @never_cache
    @require_http_methods([*methods])
    @door.guard
    def guarded(request: HttpRequest, **given: Any) -> HttpResponseBase:
        return view(request, door, **given)

    return guarded
