"""The office's pages of plans: all of them, one with its figures, its people, a new one, every step."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import member as staff
from partybuilding import access as party
from partybuilding.access import By, seen_in
from partybuilding.gatherings.models import Gathering
from partybuilding.training import access, figures
from partybuilding.training.forms import NoteForm, PlanForm, PlanWordsForm, SessionForm
from partybuilding.training.models import Plan, Session
from partybuilding.training.services import plans as services
from partybuilding.training.services import sessions
from partybuilding.training.terms import MOST_SESSIONS
from partybuilding.training.workflow import STEPS, State
from requests_app.desk.doors import for_office, frame
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

HERE = "training"
PAGE = 30


@require_GET
@for_office()
def plans(request: HttpRequest) -> HttpResponse:
    """Every level's plans, the newest first."""
    user = staff(request)
    rows = Plan.objects.visible_to(user).select_related("community").defer("community__boundary")
    after, state = request.GET.get("after", ""), request.GET.get("state", "")
    if state in State.values:
        rows = rows.filter(state=state)
    if after.isdecimal() and len(after) < 18:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.with_counts().order_by("-pk")[: PAGE + 1])
    context = {
        **frame(request, HERE),
        "rows": found[:PAGE],
        "state": state,
        "states": [("", _("All")), *State.choices],
        "may_draft": party.may_write(user),
        "next": urlencode({"state": state, "after": found[PAGE - 1].pk}) if len(found) > PAGE else "",
        "first": urlencode({"state": state}) if after else "",
    }
    return page(request, "training/plans.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def new(request: HttpRequest) -> HttpResponse:
    """A plan is drafted for a level that this person keeps."""
    user = staff(request)
    if not party.may_write(user):
        raise PermissionDenied(_("Only the office of this level drafts its plan."))
    street = party.keeps_street(user)
    form = PlanForm(request.POST or None, communities=party.kept_communities(user), with_street=street)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.draft(by=By(user), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            return see_other(reverse("training_plan", args=[row.pk]))
    context = {**frame(request, HERE), "form": form}
    return page(request, "training/plan_form.html", context, status=422 if form.errors else 200)


@require_GET
@for_office()
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    return _plan(request, _found(request, pk))


def _plan(
    request: HttpRequest,
    row: Plan,
    *,
    refusal: str = "",
    note_form: NoteForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Its words, its figures, its sessions, and the steps that this person may take."""
    by = By(staff(request))
    keeps = access.keeps(by, row)
    listed = row.sessions.select_related("gathering").order_by("gathering__starts_at", "pk")
    context = {
        **frame(request, HERE),
        "row": row,
        "steps": access.allowed(by, row),
        "keeps": keeps,
        "may_change": access.may_write(by, row),
        "may_announce": keeps and row.state == State.APPROVED,
        "sees_people": _sees_people(request, row),
        "figures": figures.completion(row),
        "sessions": _with_counts(listed),
        "note_form": note_form or NoteForm(),
        "refusal": refusal,
    }
    return page(request, "training/plan.html", context, status=status)


def _with_counts(rows: QuerySet[Session]) -> list[Session]:
    """Bounded by what a plan may name."""
    found = list(rows[:MOST_SESSIONS])
    counted = Gathering.objects.with_counts().in_bulk([each.gathering_id for each in found])
    for each in found:
        each.gathering = counted[each.gathering_id]
    return found


def _sees_people(request: HttpRequest, row: Plan) -> bool:
    """A community reads the street's plan, and not who came to it."""
    return Plan.objects.filter(seen_in(staff(request)), pk=row.pk).exists()


@require_POST
@for_office()
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Submit, approve, return."""
    row = _found(request, pk)
    if name not in STEPS:
        raise Http404
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _plan(request, row, note_form=form, status=422)
    try:
        services.take(row, name, by=By(staff(request)), note=form.cleaned_data["note"])
    except Refused as refusal:
        return _plan(request, row, refusal=refusal.sentence, note_form=form, status=409)
    messages.success(request, f"{row.get_state_display()}.")
    return see_other(reverse("training_plan", args=[row.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Words and numbers of a plan that is not submitted."""
    row, by = _found(request, pk), By(staff(request))
    if not access.may_write(by, row):
        raise PermissionDenied(_("A plan that is submitted or approved is not changed any more."))
    initial = {name: getattr(row, name) for name in PlanWordsForm.base_fields}
    form = PlanWordsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change(row, by=by, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return see_other(reverse("training_plan", args=[row.pk]))
    context = {**frame(request, HERE), "form": form, "row": row}
    return page(request, "training/plan_form.html", context, status=422 if form.errors else 200)


@require_GET
@for_office()
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Who came, masked, with their sessions and hours."""
    row = _found(request, pk)
    if not _sees_people(request, row):
        raise PermissionDenied(_("Who came to the street's sessions is seen by the street."))
    given = request.GET.get("after", "")
    after = int(given) if given.isdecimal() and len(given) < 18 else 0
    found = figures.people(row, after=after, most=PAGE + 1)
    context = {
        **frame(request, HERE),
        "row": row,
        "rows": found[:PAGE],
        "next": f"after={found[PAGE - 1].sign_up.pk}" if len(found) > PAGE else "",
        "first": "after=0" if after else "",
    }
    return page(request, "training/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def announce(request: HttpRequest, pk: int) -> HttpResponse:
    """A session of an approved plan is announced."""
    row, by = _found(request, pk), By(staff(request))
    if not access.keeps(by, row) or row.state != State.APPROVED:
        raise PermissionDenied(_("Sessions are announced once the plan is approved."))
    form = SessionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            form_id = form.cleaned_data["form_id"]
            made = sessions.announce(row, told=form.told(), **form.taught(), form_id=form_id, by=by)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Announced; people can sign up."))
            return see_other(reverse("training_session", args=[made.pk]))
    context = {**frame(request, HERE), "form": form, "row": row}
    return page(request, "training/session_form.html", context, status=422 if form.errors else 200)


def _found(request: HttpRequest, pk: int) -> Plan:
    rows = Plan.objects.visible_to(staff(request)).select_related("community", "made_by", "decided_by")
    return get_object_or_404(rows.defer("community__boundary"), pk=pk)
