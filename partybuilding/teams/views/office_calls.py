"""The office's pages of call-outs: the list, calling with a look before the press, and one call-out live."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import member as staff
from grids.models import Community, User
from partybuilding import access
from partybuilding.access import By
from partybuilding.teams.access import allowed, keeps
from partybuilding.teams.forms import AreaForm, CallForm, EndForm
from partybuilding.teams.models import Called, CallOut
from partybuilding.teams.queries import CalledQuerySet
from partybuilding.teams.services import calling
from partybuilding.teams.services.calling import Task
from partybuilding.teams.terms import COMING, GIVEN, Answer
from partybuilding.teams.views import acting
from requests_app.desk.doors import for_office, frame
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

HERE = "teams_calls"
PAGE = 30
COMERS = 50
"""Who comes, on the part that keeps itself fresh; all of them are on the tab."""
EVERY_SECONDS = 3
SHOWN = ("coming", *Answer.values)
"""Which answers the list below shows."""


@require_GET
@for_office()
def calls(request: HttpRequest) -> HttpResponse:
    """Call-outs, the newest first."""
    rows = CallOut.objects.visible_to(staff(request)).select_related("community").defer("community__boundary")
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 18:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.with_counts().order_by("-pk")[: PAGE + 1])
    context = {
        **frame(request, HERE),
        "rows": found[:PAGE],
        "communities": _own_communities(request),
        "of_street": access.keeps_street(staff(request)),
        "next": urlencode({"after": found[PAGE - 1].pk}) if len(found) > PAGE else "",
        "first": "all=1" if after else "",
    }
    return page(request, "teams/calls.html", context)


def _own_communities(request: HttpRequest) -> QuerySet[Community]:
    """Communities whose volunteers this person calls as their own office."""
    own = access.own_communities(staff(request))
    return Community.objects.defer("boundary").filter(pk__in=own).order_by("code")


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def new(request: HttpRequest, community: int | None = None) -> HttpResponse:
    """Fill in, look how many would be called, then press."""
    user = staff(request)
    if community is None and not access.keeps_street(user):
        raise Http404
    unit = get_object_or_404(_own_communities(request), pk=community) if community else None
    form = CallForm(
        request.POST or None, user=user, initial={"communities": [community] if community else []}
    )
    if request.method != "POST":
        return _new(request, form, unit)
    if not form.is_valid():
        return _new(request, form, unit, status=422)
    try:
        calling.may_call(By(user), community, form.area)
        if "sure" not in request.POST:
            return _new(request, form, unit, seen=calling.reach(form.area))
        row = _made(request, form, unit)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        seen = None if refusal.field else calling.reach(form.area)
        return _new(request, form, unit, seen=seen, status=422)
    messages.success(request, _("They are being called."))
    return see_other(reverse("teams_callout", args=[row.pk]))


def _new(
    request: HttpRequest,
    form: CallForm,
    unit: Community | None,
    *,
    seen: int | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {**frame(request, HERE), "form": form, "unit_of": unit, "seen": seen}
    return page(request, "teams/call_form.html", context, status=status)


def _made(request: HttpRequest, form: CallForm, unit: Community | None) -> CallOut:
    told = {name: form.cleaned_data[name] for name in ("kind", "words", "place", "wanted")}
    task = Task(starts_at=form.starts_at, **told)
    seen, by = _seen(request), By(staff(request))
    return calling.call_out(
        task, form.area, community=unit, seen=seen, form_id=form.cleaned_data["form_id"], by=by
    )


def _seen(request: HttpRequest) -> int:
    """How many the page said would be called."""
    given = request.POST.get("seen", "")
    return int(given) if given.isdecimal() and len(given) < 9 else -1


# --- one call-out ----------------------------------------------------------------------------
@require_GET
@for_office()
def call(request: HttpRequest, pk: int) -> HttpResponse:
    return _call(request, _found(request, pk))


def _call(request: HttpRequest, row: CallOut, *, status: int = 200, **more: Any) -> HttpResponse:
    """The whole page; `more` are forms that came back, what a wider area would reach, or a refusal."""
    user, by = staff(request), By(staff(request))
    shown = request.GET.get("show", "")
    shown = shown if shown in SHOWN else ("coming" if not row.is_running else Answer.SILENT)
    does = keeps(by, row.community_id)
    context = {
        **frame(request, HERE),
        **_live(row, user),
        "keeps": does,
        # Of the street's call-out a community sees, and answers for, its own volunteers.
        "may_answer": row.is_running and access.may_write(user),
        "steps": {step.name: step for step in allowed(by, row)},
        "every": EVERY_SECONDS,
        "tabs": _tabs(),
        "shown": shown,
        **_listed(request, row, shown),
        "answers": [(value, Answer(value).label) for value in GIVEN],
        "widen_form": AreaForm(user=user, initial={"skills": row.skills}, auto_id="wider-%s"),
        "end_form": EndForm(),
        **more,
    }
    return page(request, "teams/callout.html", context, status=status)


def _tabs() -> list[tuple[str, Any]]:
    return [("coming", _("Who comes")), *((value, Answer(value).label) for value in ("silent", "cannot"))]


def _listed(request: HttpRequest, row: CallOut, shown: str) -> dict[str, Any]:
    """One page of those who were called, by their answer."""
    rows = _seen_of(row, staff(request)).select_related("volunteer__community", "answered_by")
    rows = rows.filter(answer__in=COMING) if shown == "coming" else rows.filter(answer=shown)
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 18:
        rows = rows.filter(pk__gt=int(after))
    found = list(rows.defer("volunteer__community__boundary").order_by("pk")[: PAGE + 1])
    kept = {"show": shown}
    return {
        "rows": found[:PAGE],
        "next": urlencode({**kept, "after": found[PAGE - 1].pk}) if len(found) > PAGE else "",
        "first": urlencode(kept) if after else "",
    }


def _seen_of(row: CallOut, user: User) -> CalledQuerySet:
    """Those who were called, as far as this office sees volunteers: it may be the street's call-out."""
    rows: CalledQuerySet = row.called.all()
    mine = keeps(By(user), row.community_id)
    return rows if mine else rows.filter(access.seen_in(user, "volunteer__community"))


def _live(row: CallOut, user: User) -> dict[str, Any]:
    """What the part that keeps itself fresh shows; `stamp` says whether anything has changed."""
    counts, change = row.called.counts(), row.called.latest_change()
    coming = counts[Answer.NOW] + counts[Answer.SOON]
    comers = _seen_of(row, user).coming().select_related("volunteer").order_by("-answered_at", "-pk")
    return {
        "call": row,
        "counts": counts,
        "told": sum(counts.values()),
        "coming": coming,
        "comers": comers[:COMERS],
        "stamp": f"{row.version}-{change}",
    }


@never_cache
@require_GET
@for_office()
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """The counted part alone; 204 while nothing has changed since `stamp`."""
    row = _found(request, pk)
    context = {**_live(row, staff(request)), "every": EVERY_SECONDS, "shown": request.GET.get("show", "")}
    if request.GET.get("stamp") == context["stamp"]:
        return HttpResponse(status=204)
    # Whoever has answered leaves the list of those who have not.
    answered = row.called.exclude(answer=Answer.SILENT).order_by("-answered_at", "-pk")
    context["gone"] = answered.values_list("pk", flat=True)[:COMERS] if context["shown"] == "silent" else []
    return page(request, "teams/callout_live.html", context)


@require_POST
@for_office()
def answer(request: HttpRequest, pk: int, called: int) -> HttpResponse:
    """Somebody said it by phone: the office answers for them."""
    row = _found(request, pk)
    found = get_object_or_404(Called.objects.select_related("call", "volunteer"), pk=called, call=row)
    version, given = request.POST.get("version", ""), request.POST.get("answer", "")
    seen = int(version) if version.isdecimal() and len(version) < 9 else -1
    said = _("%(name)s: %(answer)s.") % {"name": found.volunteer.masked_name, "answer": _label(given)}
    return _done(request, row, lambda by: calling.answer(found, given, by=by, version=seen), said)


def _label(given: str) -> str:
    return str(Answer(given).label) if given in GIVEN else ""


@require_POST
@for_office()
def stand_down(request: HttpRequest, pk: int) -> HttpResponse:
    """Enough come."""
    row = _found(request, pk)
    return _done(request, row, lambda by: calling.stand_down(row, by=by), _("The others are told."))


@require_POST
@for_office()
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """It is over; whoever came is thanked."""
    row, form = _found(request, pk), EndForm(request.POST)
    if not form.is_valid():
        return _call(request, row, end_form=form, status=422)
    outcome = form.cleaned_data["outcome"]
    said = _("The call-out is over; whoever came is thanked.")
    return _done(request, row, lambda by: calling.end(row, outcome=outcome, by=by), said)


@require_POST
@for_office()
def widen(request: HttpRequest, pk: int) -> HttpResponse:
    """Look how many more a larger area would call, then press."""
    row = _found(request, pk)
    form = AreaForm(request.POST, user=staff(request), auto_id="wider-%s")
    batch = request.POST.get("batch", "")
    seen_batch = int(batch) if batch.isdecimal() and len(batch) < 5 else row.batch
    if not form.is_valid():
        return _call(request, row, widen_form=form, status=422)
    area = calling.area_of(row, form.area)
    if "sure" not in request.POST:
        seen = calling.reach(area, call=row)
        return _call(request, row, widen_form=form, seen=seen)
    try:
        count = calling.widen(row, form.area, batch=seen_batch, seen=_seen(request), by=By(staff(request)))
    except Refused as refusal:
        seen = calling.reach(area, call=row)
        return _call(request, row, widen_form=form, seen=seen, refusal=refusal.sentence, status=409)
    said = ngettext("%(count)d more is being called.", "%(count)d more are being called.", count)
    messages.success(request, said % {"count": count})
    return see_other(reverse("teams_callout", args=[pk]))


@require_POST
@for_office()
def hours(request: HttpRequest, pk: int) -> HttpResponse:
    """How long those on the page helped."""
    row = _found(request, pk)
    keys = [int(key) for key in request.POST.getlist("called") if key.isdecimal() and len(key) < 18]
    try:
        typed = {key: acting.hours_typed(request, f"hours-{key}") for key in keys[:PAGE]}
    except Refused as refusal:
        return _call(request, row, refusal=refusal.sentence, status=422)
    return _done(request, row, lambda by: calling.give_hours(row, typed, by=by), _("The hours are kept."))


def _done(request: HttpRequest, row: CallOut, does: Callable[[By], Any], said: str) -> HttpResponse:
    """Do one thing to a call-out and come back to it, or say why not."""
    try:
        does(By(staff(request)))
    except Refused as refusal:
        return _call(request, _found(request, row.pk), refusal=refusal.sentence, status=409)
    messages.success(request, said)
    show = request.POST.get("show", "")
    kept = f"?{urlencode({'show': show})}" if show in SHOWN else ""
    return see_other(reverse("teams_callout", args=[row.pk]) + kept)


def _found(request: HttpRequest, pk: int) -> CallOut:
    rows = CallOut.objects.visible_to(staff(request)).select_related("community", "made_by")
    return get_object_or_404(rows.defer("community__boundary"), pk=pk)
