"""The office's pages of a topic and of an action: what came of it, and that it is done."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import member
from grids.locate import Place
from partybuilding.access import By
from partybuilding.meetings import shown
from partybuilding.meetings.access import Person, meet
from partybuilding.meetings.forms import (
    ACTIONS_AT_ONCE,
    ActionForm,
    DoneForm,
    JudgeForm,
    OneActionForm,
    OutcomeForm,
    TicketForm,
    WordsForm,
)
from partybuilding.meetings.models import Action, Picture, Seat, Topic
from partybuilding.meetings.services import actions, topics
from partybuilding.meetings.workflow import ACTION, TOPIC_STEPS, MeetingState, TopicState
from requests_app.desk.doors import for_office, frame
from wangguan.answers import page, photo_file, see_other
from wangguan.refusals import Refused

HERE = "party_tables"


# --- a topic ---------------------------------------------------------------------------------
@require_GET
@for_office()
def topic(request: HttpRequest, pk: int) -> HttpResponse:
    row, person = _topic(request, pk)
    return _topic_page(request, row, person)


def _topic_page(
    request: HttpRequest, row: Topic, person: Person, *, status: int = 200, **more: Any
) -> HttpResponse:
    """What it is about, where it comes from, its outcome, or the forms to write that down."""
    held = person.at(row.meeting)
    meeting = row.meeting
    context = {
        **frame(request, HERE),
        "row": row,
        "shown": shown.topic_rows([row], person.by)[0],
        "decides": TOPIC_STEPS["decide"].open_to(held, row.state)
        and bool(meeting and meeting.state == MeetingState.HELD),
        "asides": [
            TOPIC_STEPS[name] for name in ("put_off", "drop") if TOPIC_STEPS[name].open_to(held, row.state)
        ],
        "keeps": person.keeps,
        "leads": actions.head_of(person, row),
        "words_form": WordsForm(auto_id="aside-%s"),
        **more,
    }
    if context["decides"] and "form" not in context:
        context |= _outcome_forms(row)
    if row.state == TopicState.DECIDED and context["leads"] and "action_form" not in context:
        context["action_form"] = OneActionForm(seats=_seats(row))
    return page(request, "meetings/topic.html", context, status=status)


def _outcome_forms(row: Topic, data: Any = None) -> dict[str, Any]:
    found = (
        row.meeting.invitations.select_related("seat__user").order_by("seat__place") if row.meeting else []
    )
    heard = [each for each in found if each.has_voice]
    seats = _seats(row)
    return {
        "form": OutcomeForm(data, heard=heard),
        "action_forms": [ActionForm(data, seats=seats, prefix=f"a{n}") for n in range(ACTIONS_AT_ONCE)],
    }


def _seats(row: Topic) -> list[Seat]:
    return list(row.body.seats.standing().around())


@require_POST
@for_office()
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down the outcome, the voices and what is to be done."""
    row, person = _topic(request, pk)
    forms = _outcome_forms(row, request.POST)
    form, to_do = forms["form"], [each for each in forms["action_forms"] if not each.is_blank]
    checked = [form.is_valid(), *(each.is_valid() for each in to_do)]
    if not all(checked):
        return _topic_page(request, row, person, status=422, decides=True, **forms)
    try:
        topics.decide(
            row,
            outcome=form.cleaned_data["outcome"],
            voices=form.voices(),
            actions=[each.new() for each in to_do],
            by=person.by,
        )
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return _topic_page(request, row, person, status=409, decides=True, **forms)
    messages.success(request, _("Written down; whoever has something to do was told."))
    return see_other(row.meeting.get_absolute_url() if row.meeting else reverse("party_topic", args=[pk]))


@require_POST
@for_office()
def aside(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Put off, or not taken up."""
    row, person = _topic(request, pk)
    if name not in ("put_off", "drop"):
        raise Http404
    form = WordsForm(request.POST, auto_id="aside-%s")
    try:
        topics.set_aside(row, name, words=request.POST.get("words", ""), by=person.by)
    except Refused as refusal:
        form.is_valid()
        return _topic_page(
            request, _topic(request, pk)[0], person, status=409, refusal=refusal.sentence, words_form=form
        )
    messages.success(request, f"{row.get_state_display()}.")
    meeting = row.meeting
    return see_other(meeting.get_absolute_url() if meeting else reverse("party_table", args=[row.body_id]))


@require_POST
@for_office()
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """Let residents read the outcome, or no longer."""
    row, person = _topic(request, pk)
    try:
        topics.share(row, shared=request.POST.get("shared") == "1", by=person.by)
    except Refused as refusal:
        return _topic_page(request, _topic(request, pk)[0], person, status=409, refusal=refusal.sentence)
    messages.success(request, _("Kept."))
    return see_other(reverse("party_topic", args=[pk]))


@require_POST
@for_office()
def action_new(request: HttpRequest, pk: int) -> HttpResponse:
    """One more action of a settled topic."""
    row, person = _topic(request, pk)
    form = OneActionForm(request.POST, seats=_seats(row))
    if form.is_valid() and form.is_blank:
        form.add_error("words", _("Please write what is to be done."))
    if form.is_valid():
        try:
            actions.add(row, form.new(), by=person.by)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Written down; whoever has something to do was told."))
            return see_other(reverse("party_topic", args=[pk]))
    return _topic_page(request, row, person, status=422, action_form=form)


def _topic(request: HttpRequest, pk: int) -> tuple[Topic, Person]:
    rows = (
        Topic.objects.visible_to(member(request))
        .for_page()
        .select_related("meeting", "body__community", "ticket__category", "ticket__building", "seat__user")
    )
    row = get_object_or_404(rows.defer("body__community__boundary"), pk=pk)
    return row, meet(By(member(request)), row.body)


# --- an action -------------------------------------------------------------------------------
@require_GET
@for_office()
def action(request: HttpRequest, pk: int) -> HttpResponse:
    row, person = _action(request, pk)
    return _action_page(request, row, person)


def _action_page(
    request: HttpRequest, row: Action, person: Person, *, status: int = 200, **more: Any
) -> HttpResponse:
    """What is to be done, what happened to it, and the steps this reader may take."""
    held = person.of(row)
    steps = {step.name: step for step in ACTION if step.open_to(held, row.state)}

    def address(key: int, size: str) -> str:
        return reverse("party_action_picture", args=[row.pk, key, size])

    context = {
        **frame(request, HERE),
        "row": row,
        "shown": shown.action_rows([row], person.by)[0],
        "entries": row.entries.select_related("user", "seat__user").order_by("-pk"),
        "photos": shown.pictures(row, address),
        "steps": steps,
        "done_form": DoneForm() if "done" in steps else None,
        "judge_form": JudgeForm(auto_id="judge-%s") if "confirm" in steps else None,
        "ticket_form": TicketForm(body=row.topic.body, auto_id="ticket-%s")
        if person.keeps and row.is_open and not row.ticket_id
        else None,
        **more,
    }
    return page(request, "meetings/action.html", context, status=status)


@require_POST
@for_office()
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Reported by the office, for somebody who called or for itself."""
    row, person = _action(request, pk)
    form = DoneForm(request.POST, request.FILES)
    if refused := report(row, form, person.by):
        return _action_page(request, _action(request, pk)[0], person, status=refused, done_form=form)
    messages.success(request, _("Reported; those who keep the table check it."))
    return see_other(reverse("party_action", args=[pk]))


def report(row: Action, form: DoneForm, by: By) -> int:
    """Report an action carried out from a sent form; 0 when it was, else the status of the page that says
    why not. Photos that were good are kept for the next try.
    """
    status = 422
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.done(
                row,
                evidence=given["evidence"],
                pictures=given["photos"],
                form_id=given["form_id"],
                by=by,
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
            status = 422 if refusal.field in form.fields else 409
        else:
            return 0
    form.keep()
    return status


@require_POST
@for_office()
def judge(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Checked, or not done yet."""
    row, person = _action(request, pk)
    form = JudgeForm(request.POST, auto_id="judge-%s")
    if name not in ("confirm", "give_back") or not form.is_valid():
        raise Http404
    try:
        actions.judge(row, name, words=form.cleaned_data["words"], by=person.by)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return _action_page(request, _action(request, pk)[0], person, status=409, judge_form=form)
    messages.success(request, f"{row.get_state_display()}.")
    return see_other(reverse("party_action", args=[pk]))


@require_http_methods(["POST"])
@for_office()
def as_ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """The action goes on as a request."""
    row, person = _action(request, pk)
    if not person.keeps:
        raise PermissionDenied(_("Only those who keep this table do that."))
    form, status = TicketForm(request.POST, body=row.topic.body, auto_id="ticket-%s"), 422
    if form.is_valid():
        try:
            place = Place(grid=form.cleaned_data["grid"])
            actions.become_ticket(row, by=person.by, place=place, words=form.cleaned_data["told"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
            status = 409
        else:
            messages.success(request, _("It goes on as a request; when that is answered, it is done."))
            return see_other(reverse("party_action", args=[pk]))
    return _action_page(request, _action(request, pk)[0], person, status=status, ticket_form=form)


@require_GET
@for_office()
def picture(request: HttpRequest, pk: int, key: int, size: str) -> FileResponse:
    seen = Action.objects.visible_to(member(request)).filter(pk=pk)
    return photo_file(get_object_or_404(Picture, pk=key, action__in=seen), size)


def _action(request: HttpRequest, pk: int) -> tuple[Action, Person]:
    row = get_object_or_404(Action.objects.visible_to(member(request)).for_page(), pk=pk)
    return row, meet(By(member(request)), row.topic.body)
