"""The office's pages: the list, one whistle with its departments, every step of it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from grids.doors import member
from grids.models import User, today
from requests_app.desk.doors import for_office, frame
from requests_app.models import Ticket
from requests_app.services.actor import staff
from requests_app.whistles import access, shown
from requests_app.whistles.figures import counted, that
from requests_app.whistles.forms import FilterForm, NoteForm, RateForm
from requests_app.whistles.models import Call, Deed, Whistle
from requests_app.whistles.queries import WhistleQuerySet
from requests_app.whistles.services.steps import take
from requests_app.whistles.terms import Came
from requests_app.whistles.workflow import STEPS, WHISTLE_STEPS, State
from wangguan import clock
from wangguan.answers import page, see_other
from wangguan.refusals import Refused
from wangguan.swap import MovedMeanwhile

PAGE = 30
BEGINNING = date(2000, 1, 1)
"""Nobody was called before."""
TABS = (
    ("", _("All")),
    (State.BLOWN, State.BLOWN.label),
    (State.DRAFTED, State.DRAFTED.label),
    (State.CONCLUDED, State.CONCLUDED.label),
    (State.ARCHIVED, State.ARCHIVED.label),
)


@require_GET
@for_office()
def whistles(request: HttpRequest) -> HttpResponse:
    """Newest first; narrowed by state, kind, department and how it came, days, number or title."""
    user = _reader(request)
    form = FilterForm(request.GET)
    found = list(_narrowed(Whistle.objects.visible_to(user), form, request.GET)[: PAGE + 1])
    kept = request.GET.copy()
    context = {
        **frame(request, "whistles"),
        "rows": shown.rows(found[:PAGE], now=clock.now()),
        "form": form,
        "tabs": [
            (_with(kept, state=str(state)), State(state).label if state else _("All"), state)
            for state, _label in TABS
        ],
        "state": request.GET.get("state", ""),
        "may_draft": access.may_draft(user),
        "next": _with(kept, after=str(found[PAGE - 1].pk)) if len(found) > PAGE else "",
        "first": _with(kept, after="") if request.GET.get("after") else "",
    }
    return page(request, "whistles/list.html", context)


def _narrowed(rows: WhistleQuerySet, form: FilterForm, query: QueryDict) -> WhistleQuerySet:
    form.is_valid()
    told = form.cleaned_data
    if (state := told.get("state")) in State.values:
        rows = rows.filter(state=state)
    if kind := told.get("kind"):
        rows = rows.filter(kind=kind)
    if calls := _calls(told):
        rows = rows.filter(Exists(Call.objects.filter(calls, whistle=OuterRef("pk"))))
    if words := told.get("q"):
        is_number = words.upper().startswith("CS-")
        rows = (
            rows.filter(number__startswith=words.upper()) if is_number else rows.filter(title__contains=words)
        )
    after = query.get("after", "")
    if after.isdecimal() and len(after) < 18:
        rows = rows.filter(pk__lt=int(after))
    return rows.select_related("drafted_by").prefetch_related("calls__department").order_by("-pk")


def _calls(told: dict[str, Any]) -> Q:
    """Which calls a whistle must have made, one of them at least; empty when nothing is asked of them."""
    of_department = Q(department=told["department"]) if told.get("department") else Q()
    first, last, came = told.get("first"), told.get("last"), told.get("came")
    if not (first or last or came):
        return of_department
    days = max(first or BEGINNING, BEGINNING), min(last or today(), today())
    return of_department & counted(*days) & that(came or Came.CALLED, clock.now())


def _with(kept: QueryDict, **changed: str) -> str:
    """The address's own query with these values, a further page forgotten."""
    query = kept.copy()
    query.pop("after", None)
    for name, value in changed.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return query.urlencode()


@require_GET
@for_office()
def whistle(request: HttpRequest, number: str) -> HttpResponse:
    return _one(request, _found(request, number))


@require_POST
@for_office()
def step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """A step of the whole whistle; from the desk one comes back to the desk."""
    row, user = _found(request, number), member(request)
    known = STEPS.get(step)
    if known is None or known not in WHISTLE_STEPS or known.name == "edit":
        raise Http404
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _one(request, row, mending={known.name: form}, status=422)
    told = form.cleaned_data
    try:
        take(
            row, step, by=staff(user), note=told["note"], action_id=told["action_id"], version=told["version"]
        )
        if step == "approve" and request.POST.get("blow_now"):
            take(Whistle.objects.get(pk=row.pk), "blow", by=staff(user))
    except Refused as refusal:
        return _refusal(request, row, step, form, refusal)
    messages.success(request, _said(step))
    return see_other(reverse("admin:index") if request.POST.get("back") == "desk" else row.get_absolute_url())


@require_POST
@for_office()
def rate(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    row = _found(request, number)
    call = get_object_or_404(row.calls, pk=pk)
    form = RateForm(request.POST)
    if not form.is_valid():
        return _one(request, row, mending={pk: form}, status=422)
    told = form.cleaned_data
    try:
        take(
            call,
            "rate",
            by=staff(member(request)),
            note=told["note"],
            rating=told["rating"],
            action_id=told["action_id"],
        )
    except Refused as refusal:
        return _refusal(request, row, pk, form, refusal)
    messages.success(request, _("Rated."))
    return see_other(row.get_absolute_url())


def _refusal(
    request: HttpRequest, row: Whistle, where: str | int, form: NoteForm, refusal: Refused
) -> HttpResponse:
    """The page again with why not; what was typed stays. From the desk the sentence goes along."""
    if request.POST.get("back") == "desk":
        messages.error(request, refusal.sentence)
        return see_other(reverse("admin:index"))
    fresh = _found(request, row.number)
    if refusal.field in form.fields:
        form.add_error(refusal.field, refusal.sentence)
    status = 409 if isinstance(refusal, MovedMeanwhile) else 422
    return _one(request, fresh, mending={where: form}, refusal=refusal.sentence, status=status)


def _said(step: str) -> str:
    return {
        "approve": _("Approved."),
        "return": _("Returned; the drafter was told."),
        "blow": _("Blown; the departments were told."),
        "withdraw": _("Withdrawn."),
        "urge": _("Urged; it can be done again in ten minutes."),
        "finish": _("Ended; please rate the departments."),
        "archive": _("Archived."),
    }[step]


# --- one whistle -------------------------------------------------------------------------
def _one(
    request: HttpRequest,
    row: Whistle,
    *,
    mending: dict[str | int, NoteForm] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    user, now, mended = member(request), clock.now(), mending or {}
    calls = list(row.calls.shown())
    for call in calls:
        call.whistle = row
    context = {
        **frame(request, "whistles"),
        "whistle": row,
        "due": shown.due_of(row, calls, now=now),
        "calls": [_call(call, user, mended) for call in calls],
        "steps": [(each, _note_form(each.name, row, mended)) for each in access.allowed(user, row)],
        "matters": _matters(row, user),
        "entries": _history(row),
        "refusal": refusal,
    }
    return page(request, "whistles/one.html", context, status=status)


def _note_form(name: str, row: Whistle, mended: dict[str | int, NoteForm]) -> NoteForm:
    if name in mended:
        return mended[name]
    return NoteForm(initial={"version": row.version}, auto_id=f"{name}-%s")


def _call(call: Call, user: User, mended: dict[str | int, NoteForm]) -> dict[str, Any]:
    may_rate = STEPS["rate"] in access.allowed_for(user, call)
    form = mended.get(call.pk) or RateForm(auto_id=f"rate-{call.pk}-%s")
    return {
        "row": call,
        "due": shown.due_of_call(call, now=clock.now()),
        "word": shown.word_of_call(call),
        "far": shown.from_the_place(call),
        "form": form if may_rate else None,
    }


def _matters(row: Whistle, user: User) -> list[tuple[Any, str]]:
    """Its matters that the reader may see, with titles."""
    seen = Ticket.objects.visible_to(user).filter(pk__in=row.matters.values("ticket"))
    open_to = {ticket.pk: ticket for ticket in seen.for_list()}
    rows = row.matters.filter(ticket__in=list(open_to)).select_related("consent_by")
    return [(matter, *_titled(open_to[matter.ticket_id])) for matter in rows]  # type: ignore[misc]


def _titled(ticket: Ticket) -> tuple[Ticket, str]:
    return ticket, shown.title_for_office(ticket)


def _history(row: Whistle) -> list[Any]:
    entries = list(row.entries.select_related("text", "actor", "call__department", "ticket").order_by("-id"))
    deeds = Deed.objects.filter(entry__in=entries).prefetch_related("photos")
    return shown.timeline(entries, {deed.entry_id: deed for deed in deeds}, row.number)


def _found(request: HttpRequest, number: str) -> Whistle:
    seen = Whistle.objects.visible_to(_reader(request)).select_related("drafted_by", "approved_by")
    return get_object_or_404(seen, number=number)


def _reader(request: HttpRequest) -> User:
    user = member(request)
    if not access.may_look(user):
        raise PermissionDenied(_("Your post does not include this page."))
    return user
