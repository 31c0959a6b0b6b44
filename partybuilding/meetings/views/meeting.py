"""The office's pages of one meeting: the table of topics, its agenda, who came, its code, its minutes."""

from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import member
from partybuilding.access import By
from partybuilding.meetings import around, offers, shown
from partybuilding.meetings.access import Person, meet
from partybuilding.meetings.forms import MeetingForm, MinutesForm
from partybuilding.meetings.models import Invitation, Meeting, Topic
from partybuilding.meetings.services import attending, meetings, minutes, topics
from partybuilding.meetings.services.topics import Proposal
from partybuilding.meetings.terms import Reply
from partybuilding.meetings.workflow import AHEAD, MEETING, MEETING_STEPS, MeetingState
from requests_app.desk.doors import for_office, frame
from wangguan.answers import docx_file, page, see_other
from wangguan.refusals import Refused

HERE = "party_tables"


@require_GET
@for_office()
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    return _meeting(request, visible_meeting(request, pk))


def _meeting(request: HttpRequest, row: Meeting, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """Topics × outcome × actions, the table seen from above, and what to do next."""
    by = By(member(request))
    person = meet(by, row.body)
    rows = shown.topic_rows(list(row.topics.for_page().order_by("place", "pk")), by)
    context = {
        **frame(request, HERE),
        "row": row,
        "rows": rows,
        "counted": shown.heading(rows),
        "round": around.around(row, invitations(row)),
        "after": row.body.meetings.ahead().exclude(pk=row.pk).filter(starts_at__gt=row.starts_at).first(),
        "steps": [step for step in MEETING if step.open_to(person.at(row), row.state)],
        "main": _main(row, rows),
        "leads": meetings.head(person, row),
        "keeps": person.keeps,
        "is_ahead": row.state in AHEAD,
        "is_held": row.state == MeetingState.HELD,
        "refusal": refusal,
    }
    return page(request, "meetings/meeting.html", context, status=status)


def _main(row: Meeting, rows: list[shown.TopicRow]) -> str:
    """The step to take now; none: the agenda is what to see to."""
    if row.state == MeetingState.PLANNED and rows:
        return "call"
    return "open" if row.state == MeetingState.CALLED and row.takes_attendance else ""


def invitations(row: Meeting) -> list[Invitation]:
    found = row.invitations.select_related("seat__user").order_by("seat__place", "seat_id")
    if row.state == MeetingState.PLANNED:
        return [Invitation(meeting=row, seat=seat) for seat in row.body.seats.standing().around()]
    return list(found)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another hour, place, chair."""
    row, _person = _kept(request, pk)
    form = MeetingForm(request.POST or None, body=row.body, meeting=row)
    if request.method == "POST" and form.is_valid():
        try:
            meetings.rearrange(row, by=By(member(request)), **form.told())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Kept."))
            return see_other(row.get_absolute_url())
    context = {**frame(request, HERE), "row": row.body, "meeting": row, "form": form}
    context |= {"title": _("Change the meeting"), "keep": _("Keep")}
    return page(request, "meetings/form.html", context, status=422 if form.errors else 200)


@require_POST
@for_office()
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Call, open, call off; closing has a page of its own."""
    row, by = visible_meeting(request, pk), By(member(request))
    if name not in MEETING_STEPS or name == "close":
        raise Http404
    try:
        if name == "call":
            meetings.call(row, by=by)
        elif name == "open":
            meetings.open_(row, by=by)
        else:
            meetings.call_off(row, words=request.POST.get("words", ""), by=by)
    except Refused as refusal:
        return _meeting(request, visible_meeting(request, pk), refusal=refusal.sentence, status=409)
    messages.success(request, f"{row.get_state_display()}.")
    return see_other(row.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the minutes: keep a draft, or close the meeting with them."""
    row, _person = _led(request, pk)
    if row.state != MeetingState.HELD:
        return see_other(row.get_absolute_url())
    form = MinutesForm(request.POST or None, initial={"minutes": row.minutes, "version": row.version})
    if request.method == "POST" and form.is_valid():
        words, by = form.cleaned_data["minutes"], By(member(request))
        row.version = form.cleaned_data["version"]
        try:
            (meetings.draft if "draft" in request.POST else meetings.close)(row, minutes=words, by=by)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
            form.renew(visible_meeting(request, pk))
        else:
            messages.success(request, _("Kept."))
            return see_other(row.get_absolute_url())
    context = {**frame(request, HERE), "row": row, "form": form, "warn": MEETING_STEPS["close"].warn}
    return page(request, "meetings/close.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Who came, by hand, and replies that came by telephone; one seat a press."""
    row, person = _led(request, pk)
    refusal = ""
    if request.method == "POST":
        refusal = _marked(request, row)
        if not refusal:
            return see_other(reverse("party_attendance", args=[row.pk]))
    context = {
        **frame(request, HERE),
        "row": row,
        "rows": list(row.invitations.select_related("seat__user").order_by("seat__place", "seat_id")),
        "keeps": person.keeps,
        "marks": row.takes_attendance,
        "refusal": refusal,
    }
    return page(request, "meetings/attendance.html", context, status=409 if refusal else 200)


def _marked(request: HttpRequest, row: Meeting) -> str:
    """The sentence of a refusal; empty when it was written down."""
    asked, what = request.POST.get("seat", ""), request.POST.get("what", "")
    key = int(asked) if asked.isdecimal() and len(asked) < 18 else 0
    found = get_object_or_404(row.invitations.select_related("seat"), seat=key)
    by = By(member(request))
    try:
        if what in ("came", "not"):
            attending.mark(row, found.seat, came=what == "came", by=by)
        elif what in (Reply.COMING, Reply.LEAVE):
            told = {name: request.POST.get(name, "") for name in ("words", "statement")}
            attending.reply(found, what, by=by, **told)
        else:
            raise Http404
    except Refused as refusal:
        return refusal.sentence
    return ""


@require_GET
@for_office()
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """The code to be read from a wall or a sheet: whoever has a seat marks themselves as here."""
    row, _person = _led(request, pk)
    address = settings.SITE_URL + reverse("party_here", args=[row.token])
    drawn = segno.make(address, error="m", micro=False)
    context = {
        **frame(request, HERE),
        "row": row,
        "path": _path(drawn.matrix),
        "side": len(drawn.matrix) + 8,
        "came": row.invitations.filter(attended_at__isnull=False).count(),
        "invited": row.invitations.count(),
    }
    return page(request, "meetings/code.html", context)


def _path(matrix: Any) -> str:
    """Dark modules as one path, inside four modules of white (ISO/IEC 18004)."""
    return "".join(
        f"M{x + 4} {y + 4}h1v1h-1z" for y, line in enumerate(matrix) for x, dark in enumerate(line) if dark
    )


@require_GET
@for_office()
def minutes_file(request: HttpRequest, pk: int) -> FileResponse:
    row = visible_meeting(request, pk)
    return docx_file(minutes.written(row), f"{row.body.name}-{row.number}.docx")


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """What waits, and what other rooms offer; one press puts it on this agenda."""
    row, person = _led(request, pk)
    user, refusal = member(request), ""
    found = offers.of(row.body, user) if person.keeps else []
    if request.method == "POST":
        try:
            _put_on(request, row, found)
        except Refused as refused:
            refusal = refused.sentence
        else:
            return see_other(reverse("party_agenda", args=[row.pk]))
    waiting = list(row.body.topics.waiting().for_page().order_by("pk")[:100])
    context = {
        **frame(request, HERE),
        "row": row,
        "on": row.topics.order_by("place", "pk"),
        "waiting": [(shown.TopicRow(each, []), topics.is_late(each, row)) for each in waiting],
        "offers": found,
        "late": meetings.is_past(row),
        "keeps": person.keeps,
        "refusal": refusal,
        "typed": request.POST,
    }
    return page(request, "meetings/agenda.html", context, status=409 if refusal else 200)


def _put_on(request: HttpRequest, row: Meeting, found: list[offers.Offer]) -> None:
    """Raises: Refused: as `topics.put_on`."""
    by, words = By(member(request)), request.POST.get("words", "")
    if key := request.POST.get("offer", ""):
        chosen = next((offer for offer in found if offer.key == key), None)
        if chosen is None:
            raise Refused(_("This is not possible any more; please look at the page again."))
        topics.lay_on(row, _as_proposal(chosen), by=by, words=words)
        return
    asked = request.POST.get("topic", "")
    key_ = int(asked) if asked.isdecimal() and len(asked) < 18 else 0
    topic = get_object_or_404(Topic.objects.select_related("body", "meeting"), body=row.body_id, pk=key_)
    topics.put_on(topic, row, by=by, words=words)


def _as_proposal(offer: offers.Offer) -> Proposal:
    return Proposal(
        offer.title,
        offer.words,
        source=offer.source,
        ticket=offer.ticket,
        finding=offer.finding,
        offer=offer.key,
        is_owners_matter=offer.is_owners_matter,
    )


# --- who reaches what ------------------------------------------------------------------------
def visible_meeting(request: HttpRequest, pk: int) -> Meeting:
    return get_object_or_404(Meeting.objects.visible_to(member(request)).for_page(), pk=pk)


def _led(request: HttpRequest, pk: int) -> tuple[Meeting, Person]:
    """The meeting and who leads it: keeps the table, or chairs.

    Raises:
        PermissionDenied: seen, not led.
    """
    row = visible_meeting(request, pk)
    person = meet(By(member(request)), row.body)
    if not meetings.head(person, row):
        raise PermissionDenied(_("Only those who keep this table do that."))
    return row, person


def _kept(request: HttpRequest, pk: int) -> tuple[Meeting, Person]:
    row, person = _led(request, pk)
    if not person.keeps:
        raise PermissionDenied(_("Only those who keep this table do that."))
    return row, person
