"""A ticket's own page for its resident. Whoever holds the token is the resident; nobody else comes in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.db.models import Prefetch
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.locate import Place
from requests_app import access, beside, clockwork
from requests_app.forms.resident import NoteForm, ReplyForm, TrackForm, VerdictForm, WithdrawForm
from requests_app.models import Answer, Photo, Ticket, Verdict
from requests_app.services import RESIDENT, add_note, give_verdict, mark_opened, mark_shown, reply, take
from requests_app.similar import Told, like
from requests_app.views import story
from requests_app.views.public_cards import public_cards
from requests_app.workflow import Outcome, Status
from wangguan import clock
from wangguan.answers import page, photo_file, see_other, too_many
from wangguan.limits import Limit, client_address
from wangguan.privacy import keyed_hash
from wangguan.refusals import Refused

LIKES_SHOWN = timedelta(days=1)
LIKES_SEEN = "likes_seen"
"""Cookie of similar.js: the form has shown them, and its teller said that theirs is different."""
WRONG_LOOKUPS = Limit("lookup", most=settings.LOOKUP_TRIES_PER_HOUR, guards=True)


# --- finding it --------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """By number and the last four digits of the phone; five wrong tries an hour for each of
    the number and the address the tries come from."""
    form = TrackForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _lookup(request, form, status=422 if form.is_bound else 200)
    number = form.cleaned_data["number"]
    who = (f"number:{number}", f"address:{client_address(request)}")
    if not WRONG_LOOKUPS.take(*who):
        return too_many(request, wait=WRONG_LOOKUPS.wait(*who))
    tail = keyed_hash(form.cleaned_data["phone_tail"])
    ticket = Ticket.objects.filter(number=number, phone_tail_hash=tail).only("token").first()
    if ticket is None:
        form.add_error(None, _("No matter has this number together with these four digits."))
        return _lookup(request, form, status=404)
    WRONG_LOOKUPS.give_back(*who)
    return see_other(ticket.tracking_url)


def _lookup(request: HttpRequest, form: TrackForm, *, status: int) -> HttpResponse:
    context = {"form": form, "here": "track", "back": "/"}
    return page(request, "requests_app/track.html", context, status=status)


# --- the page ----------------------------------------------------------------------------
@require_GET
def tracking(request: HttpRequest, token: str) -> HttpResponse:
    return _page(request, _ticket(token))


def _ticket(token: str) -> Ticket:
    return get_object_or_404(Ticket.objects.with_units(), token=token)


def _page(
    request: HttpRequest, ticket: Ticket, *, refusal: str = "", status: int = 200, **forms: Any
) -> HttpResponse:
    """The whole page; `forms` are those that came back with something to mend."""
    events = list(ticket.events.select_related("text").order_by("id"))
    photos = list(ticket.photos.select_related("event").order_by("id"))
    answers = _answers(ticket)
    given = answers[0] if answers else None
    if given:
        mark_shown(given)
    context = {
        "ticket": ticket,
        "answers": answers,
        "before": story.resident_pictures(ticket, [photo for photo in photos if photo.taken_by_id is None]),
        "answer_photos": _with_answer(ticket, photos),
        "entries": story.for_resident(ticket, events, photos),
        "likes": [] if LIKES_SEEN in request.COOKIES else public_cards(_likes(ticket)),
        "panels": beside.resident_panels(ticket),
        "rungs": story.ladder(ticket, events, in_charge=story.in_charge(ticket)),
        "by_when": story.by_when(ticket),
        "guessed_years": clockwork.guessed_years(ticket),
        "refusal": refusal,
        "question": story.open_question(ticket, events),
        "reply_form": ReplyForm(auto_id="reply-%s"),
        "note_form": NoteForm(),
        "verdict_form": VerdictForm(),
        "withdraw_form": WithdrawForm(),
        "note_id": uuid4(),
        "here": "track",
        "back": "/",
        "self_url": ticket.tracking_url,
        **_open_to_resident(ticket, given),
        **forms,
    }
    return page(request, "requests_app/tracking.html", context, status=status)


def _likes(ticket: Ticket) -> list[Ticket]:
    """Matters that others told before, while this one is new."""
    fresh = ticket.status == Status.SUBMITTED and clock.now() - ticket.arrived_at < LIKES_SHOWN
    if not fresh or ticket.about_staff:
        return []
    place = Place(ticket.grid, ticket.community, ticket.building)
    point = {"latitude": ticket.latitude, "longitude": ticket.longitude}
    return like(Told(ticket.description, place, ticket.category, but=ticket.pk, **point))


def _answers(ticket: Ticket) -> list[Answer]:
    """Newest first, with their verdicts."""
    verdicts = Prefetch("verdicts", Verdict.objects.order_by("-id"))
    return list(ticket.answers.prefetch_related(verdicts).order_by("-id"))


def _with_answer(ticket: Ticket, photos: list[Photo]) -> list[story.Picture]:
    """Photos that go with the answer of this round."""
    latest = [photo for photo in photos if photo.event and photo.event.step == "resolve"]
    newest = max((photo.event_id or 0 for photo in latest), default=0)
    return story.resident_pictures(ticket, [photo for photo in latest if photo.event_id == newest])


def _open_to_resident(ticket: Ticket, given: Answer | None) -> dict[str, Any]:
    """What the resident may do now."""
    steps = access.resident_steps(ticket)
    closed = ticket.status == Status.CLOSED
    verdict = next(iter(given.verdicts.all()), None) if given else None
    answered = given is not None and (ticket.resolved_at is not None or closed)
    return {
        "answer": given if answered else None,
        "verdict": verdict,
        "may_say": answered and not closed and not ticket.contested_at,
        "may_reopen": answered and closed and "reopen" in steps,
        "may_withdraw": "withdraw" in steps,
        "may_add": ticket.is_open or ticket.status == Status.MERGED,
        "tells_opening": given is not None and given.opened_at is None,
        "page_is_channel": answered and not ticket.has_phone and given is not None and not given.is_settled,
    }


# --- what the resident does --------------------------------------------------------------
@require_POST
def verdict(request: HttpRequest, token: str) -> HttpResponse:
    ticket = _ticket(token)
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return _page(request, ticket, verdict_form=form, status=422)
    try:
        after = give_verdict(ticket, **form.cleaned_data)
    except Refused as refusal:
        return _page(request, _ticket(token), refusal=refusal.sentence, verdict_form=form, status=409)
    messages.success(request, _thanks(after))
    return see_other(ticket.tracking_url)


def _thanks(ticket: Ticket) -> str:
    if ticket.status == Status.CLOSED:
        return _("Thank you. The circle is closed.")
    return _("Thank you for telling us. It is taken up again; below you see by whom.")


@require_POST
def notes(request: HttpRequest, token: str) -> HttpResponse:
    form = NoteForm(request.POST, request.FILES)
    return _write(request, token, form, write=add_note, name="note_form")


@require_POST
def replies(request: HttpRequest, token: str) -> HttpResponse:
    """The answer to a question of ours; one that comes too late is added like any other word."""
    form = ReplyForm(request.POST, request.FILES, auto_id="reply-%s")
    return _write(request, token, form, write=reply, name="reply_form")


def _write(
    request: HttpRequest, token: str, form: NoteForm, *, write: Callable[..., object], name: str
) -> HttpResponse:
    """Add words and photos; `name` is what the page calls the form when there is something to mend."""
    ticket = _ticket(token)
    if not form.is_valid():
        form.keep()
        return _page(request, ticket, status=422, **_mending(ticket, name, form))
    try:
        write(
            ticket,
            words=form.cleaned_data["note"],
            pictures=form.cleaned_data["photos"],
            action_id=_uuid(request.POST.get("action_id", "")),
        )
    except Refused as refusal:
        form.keep()
        fresh = _ticket(token)
        mending = _mending(fresh, name, form)
        return _page(request, fresh, refusal=refusal.sentence, status=409, **mending)
    messages.success(request, _("Added. Whoever is in charge was told."))
    return see_other(ticket.tracking_url)


def _mending(ticket: Ticket, name: str, form: NoteForm) -> dict[str, Any]:
    """What was typed, in its place; no reply form stands on the page any more once the question is over."""
    return {name if ticket.question_since else "note_form": form}


@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    ticket = _ticket(token)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _page(request, ticket, withdraw_form=form, status=422)
    try:
        take(ticket, "withdraw", by=RESIDENT, note=form.cleaned_data["note"])
    except Refused as refusal:
        fresh = _ticket(token)
        if fresh.outcome != Outcome.WITHDRAWN:  # else the reply to the first press got lost
            return _page(request, fresh, refusal=refusal.sentence, withdraw_form=form, status=409)
    messages.success(request, _("It is withdrawn. Thank you for saying so."))
    return see_other(ticket.tracking_url)


@require_POST
def opened(request: HttpRequest, token: str) -> HttpResponse:
    """A person has the answer before them: told by the page's script, or by pressing the button."""
    ticket = _ticket(token)
    mark_opened(ticket)
    return see_other(ticket.tracking_url)


@require_GET
def photo(request: HttpRequest, token: str, photo_id: int, size: str) -> FileResponse:
    found = get_object_or_404(Photo.objects.select_related("event"), pk=photo_id, ticket__token=token)
    if not story.is_for_resident(found):
        raise Http404
    return photo_file(found, size)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
