"""The office's pages: who checked in, one unit, one member, needs and who comes, hours to confirm."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.doors import member as staff
from partybuilding import access
from partybuilding.access import By
from partybuilding.checkins.access import allowed, allowed_of, seats
from partybuilding.checkins.forms import AppraisalForm, NeedForm, NoteForm
from partybuilding.checkins.matching import fits
from partybuilding.checkins.models import Appraisal, MemberCheckIn, Need, Service, UnitCheckIn
from partybuilding.checkins.services import letter, serving, steps
from partybuilding.checkins.workflow import CHECK_IN_STEPS, State, Turn
from requests_app.desk.doors import for_office, frame
from wangguan import clock
from wangguan.answers import docx_file, page, see_other
from wangguan.refusals import Refused

NEEDS = "party_needs"
PAGE = 30
SUGGESTED = 20
SORTS: dict[str, Any] = {"units": UnitCheckIn, "members": MemberCheckIn}


# --- who checked in --------------------------------------------------------------------------
@require_GET
@for_office()
def check_ins(request: HttpRequest, sort: str) -> HttpResponse:
    """Units or members, newest first, by state and community."""
    user = staff(request)
    rows = (
        SORTS[sort].objects.visible_to(user).select_related("community", "unit").defer("community__boundary")
    )
    state = request.GET.get("state", "")
    if state in State.values:
        rows = rows.filter(state=state)
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 18:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    context = {
        **frame(request, f"party_{sort}_in"),
        "sort": sort,
        "rows": found[:PAGE],
        "state": state,
        "states": [("", _("All")), *State.choices],
        "next": urlencode({"state": state, "after": found[PAGE - 1].pk}) if len(found) > PAGE else "",
        "first": urlencode({"state": state}) if after else "",
    }
    return page(request, "checkins/list.html", context)


@require_GET
@for_office()
def check_in(request: HttpRequest, sort: str, pk: int) -> HttpResponse:
    return _check_in(request, sort, _found(request, sort, pk))


@require_POST
@for_office()
def step(request: HttpRequest, sort: str, pk: int, name: str) -> HttpResponse:
    """Confirm, begin, withdraw."""
    row = _found(request, sort, pk)
    if name not in CHECK_IN_STEPS:
        raise Http404
    try:
        steps.take(row, name, by=By(staff(request)), note=request.POST.get("note", "").strip())
    except Refused as refusal:
        form = NoteForm({"note": request.POST.get("note", "")})
        return _check_in(request, sort, row, refusal=refusal.sentence, note_form=form, status=409)
    messages.success(request, _("%(what)s: %(state)s.") % {"what": row, "state": row.get_state_display()})
    return see_other(reverse("party_checkin", args=[sort, row.pk]))


def _check_in(
    request: HttpRequest, sort: str, row: Any, *, refusal: str = "", status: int = 200, **forms: Any
) -> HttpResponse:
    by = By(staff(request))
    keeps = bool(seats(by, row))
    context = {
        **frame(request, f"party_{sort}_in"),
        "sort": sort,
        "row": row,
        "steps": allowed(by, row),
        "keeps": keeps,
        "note_form": NoteForm(),
        "refusal": refusal,
        **(_of_unit(row, keeps=keeps) if sort == "units" else _of_member(row, by)),
        **forms,
    }
    return page(request, f"checkins/{sort[:-1]}.html", context, status=status)


def _of_unit(row: UnitCheckIn, *, keeps: bool) -> dict[str, Any]:
    year = clock.now().year
    return {
        "years": [(each, *letter.year_of(row, each)) for each in (year, year - 1)],
        "appraisals": row.appraisals.order_by("-year"),
        "form": AppraisalForm(initial={"year": year}) if keeps and row.state == State.ACTIVE else None,
    }


def _of_member(row: MemberCheckIn, by: By) -> dict[str, Any]:
    services = row.services.select_related("need").order_by("-day", "-pk")[:PAGE]
    return {
        "services": [(service, allowed_of(by, _with(service, row))) for service in services],
        "hours": row.services.confirmed().hours(),
    }


def _with(service: Service, member: MemberCheckIn) -> Service:
    service.member = member
    return service


@require_POST
@for_office()
def appraise(request: HttpRequest, pk: int) -> HttpResponse:
    """Judge a unit's year; the letter can be fetched at once."""
    row, form = _found(request, "units", pk), AppraisalForm(request.POST)
    if form.is_valid():
        try:
            letter.appraise(row, by=By(staff(request)), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Kept. The letter is ready."))
            return see_other(reverse("party_checkin", args=["units", row.pk]))
    return _check_in(request, "units", row, form=form, status=422)


@require_GET
@for_office()
def unit_letter(request: HttpRequest, pk: int, year: int) -> FileResponse:
    row = _found(request, "units", pk)
    found = Appraisal.objects.select_related("check_in__unit", "check_in__community")
    appraisal = get_object_or_404(found, check_in=row, year=year)
    return docx_file(letter.letter(appraisal), f"{row.unit}-{year}.docx")


def _found(request: HttpRequest, sort: str, pk: int) -> Any:
    rows = SORTS[sort].objects.visible_to(staff(request))
    return get_object_or_404(rows.select_related("community", "unit").defer("community__boundary"), pk=pk)


# --- helping hands ---------------------------------------------------------------------------
@require_GET
@for_office()
def needs(request: HttpRequest) -> HttpResponse:
    """What is needed from now on, what was, and hours that wait to be confirmed."""
    user, now = staff(request), clock.now()
    rows = (
        Need.objects.visible_to(user).select_related("community").defer("community__boundary").with_counts()
    )
    hours = Service.objects.visible_to(user).filter(turn=Turn.REPORTED).select_related("member", "need")
    by = By(user)
    context = {
        **frame(request, NEEDS),
        "ahead": rows.filter(ends_at__gt=now).order_by("starts_at", "pk")[:PAGE],
        "over": rows.filter(ends_at__lte=now).order_by("-starts_at", "-pk")[:PAGE],
        "reported": [(row, allowed_of(by, row)) for row in hours.order_by("pk")[:PAGE]],
        "communities": access.kept_communities(staff(request)),
    }
    return page(request, "checkins/needs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def new(request: HttpRequest, community: int) -> HttpResponse:
    """A need is entered for one community."""
    unit = get_object_or_404(access.kept_communities(staff(request)), pk=community)
    form = NeedForm(request.POST or None, community=unit)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        row, _new = Need.objects.get_or_create(
            form_id=told["form_id"],
            defaults={
                **{name: told[name] for name in ("title", "words", "place", "grid", "skills", "wanted")},
                "community": unit,
                "starts_at": _moment(told, "first"),
                "ends_at": _moment(told, "last"),
                "made_by": staff(request),
            },
        )
        return see_other(reverse("party_need", args=[row.pk]))
    context = {**frame(request, NEEDS), "form": form, "community": unit}
    return page(request, "checkins/need_form.html", context, status=422 if form.errors else 200)


def _moment(told: dict[str, Any], name: str) -> datetime:
    return timezone.make_aware(datetime.combine(told["day"], told[name]))


@require_GET
@for_office()
def need(request: HttpRequest, pk: int) -> HttpResponse:
    """Who comes, and who would fit."""
    row, by = _need(request, pk), By(staff(request))
    services = list(row.services.select_related("member").order_by("turn", "pk"))
    keeps = access.keeps(staff(request), row.community_id)
    context = {
        **frame(request, NEEDS),
        "row": row,
        "keeps": keeps,
        "services": [(service, allowed_of(by, service)) for service in services],
        "taken": sum(service.turn in serving.COMING for service in services),
        "fits": _fitting(row, services) if keeps and not row.is_over else [],
    }
    return page(request, "checkins/need.html", context)


def _fitting(row: Need, services: list[Service]) -> list[Any]:
    asked = [service.member_id for service in services]
    members = MemberCheckIn.objects.here().filter(community=row.community_id).exclude(pk__in=asked)
    return fits(row, members.select_related("unit"))[:SUGGESTED]


@require_POST
@for_office()
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the chosen members whether they come."""
    row = _need(request, pk)
    chosen = [int(key) for key in request.POST.getlist("member") if key.isdecimal() and len(key) < 18]
    if not chosen:
        messages.warning(request, _("Please choose at least one member."))
        return see_other(reverse("party_need", args=[row.pk]))
    try:
        count = serving.ask(row, MemberCheckIn.objects.filter(pk__in=chosen), by=By(staff(request)))
    except Refused as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    messages.success(request, _("%(count)d were asked by text message.") % {"count": count})
    return see_other(reverse("party_need", args=[row.pk]))


@require_POST
@for_office()
def judge(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Confirm hours, or say why not; one comes back to where one was."""
    rows = Service.objects.visible_to(staff(request)).select_related("member", "need")
    row = get_object_or_404(rows, pk=pk)
    if name not in ("agree", "refuse"):
        raise Http404
    try:
        serving.judge(row, name, by=By(staff(request)), note=request.POST.get("note", "").strip())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"{row.get_turn_display()}.")
    return see_other(reverse("party_needs"))


def _need(request: HttpRequest, pk: int) -> Need:
    rows = Need.objects.visible_to(staff(request)).select_related("community", "grid")
    return get_object_or_404(rows.defer("community__boundary", "grid__boundary"), pk=pk)
