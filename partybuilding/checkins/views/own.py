"""A member's own page: what is asked of them, what they may come to, what they did; a unit's contact's."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from partybuilding.access import By
from partybuilding.checkins.access import allowed, allowed_of
from partybuilding.checkins.forms import AbleForm, HoursForm, NoteForm, OwnHoursForm
from partybuilding.checkins.models import Appraisal, MemberCheckIn, Need, Service, UnitCheckIn
from partybuilding.checkins.queries import HERE
from partybuilding.checkins.services import letter, serving, steps
from partybuilding.door.views.doors import for_known, known
from wangguan import clock
from wangguan.answers import docx_file, page, see_other
from wangguan.refusals import Refused
from wangguan.swap import swap

LATEST = 30


@never_cache
@require_GET
@for_known
def service(request: HttpRequest) -> HttpResponse:
    return _own(request, _member(request))


def _own(
    request: HttpRequest, member: MemberCheckIn, *, refusal: str = "", status: int = 200, **forms: Any
) -> HttpResponse:
    """The whole page; `forms` are those that came back with something to mend."""
    by, now = By(phone_hash=known(request)), clock.now()
    services = list(member.services.select_related("need").order_by("-day", "-pk")[:LATEST])
    taken = {row.need_id for row in services}
    here = member.state in HERE
    open_needs = Need.objects.filter(community=member.community_id, ends_at__gt=now).with_counts()
    context = {
        "member": member,
        "services": [(row, allowed_of(by, row), HoursForm(auto_id=f"h{row.pk}-%s")) for row in services],
        "needs": [n for n in open_needs.order_by("starts_at", "pk")[:LATEST] if n.pk not in taken]
        if here
        else [],
        "hours": member.services.confirmed().hours(),
        "own_form": OwnHoursForm(auto_id="own-%s") if here else None,
        "able_form": AbleForm({"duty": member.duty, "skills": member.skills, "slots": member.slots}),
        "note_form": NoteForm(auto_id="note-%s"),
        "steps": allowed(by, member),
        "refusal": refusal,
        "back": reverse("party_me"),
        **forms,
    }
    return page(request, "checkins/own.html", context, status=status)


@require_POST
@for_known
def come(request: HttpRequest, need: int) -> HttpResponse:
    """“I will come”, asked or not."""
    member, row = _member(request), get_object_or_404(Need, pk=need)
    if row.community_id != member.community_id:
        raise Http404
    try:
        serving.come(row, member, by=By(phone_hash=known(request)))
    except Refused as refusal:
        return _own(request, member, refusal=refusal.sentence, status=409)
    messages.success(request, _("Thank you! You are expected."))
    return see_other(reverse("party_service"))


@require_POST
@for_known
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    member = _member(request)
    try:
        serving.decline(_service(member, pk), by=By(phone_hash=known(request)))
    except Refused as refusal:
        return _own(request, member, refusal=refusal.sentence, status=409)
    messages.success(request, _("Thank you for saying so."))
    return see_other(reverse("party_service"))


@require_POST
@for_known
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Hours at a need."""
    member = _member(request)
    row, form = _service(member, pk), HoursForm(request.POST)
    by = By(phone_hash=known(request))
    if form.is_valid():
        try:
            serving.report(row, by=by, hours=form.cleaned_data["hours"], words=form.cleaned_data["words"])
        except Refused as refusal:
            form.add_error("hours", refusal.sentence)
        else:
            messages.success(request, _("Reported; the community confirms it."))
            return see_other(reverse("party_service"))
    said = " ".join(str(error) for errors in form.errors.values() for error in errors)
    return _own(request, member, refusal=said, status=422)


@require_POST
@for_known
def report_own(request: HttpRequest) -> HttpResponse:
    """Hours of something done without being asked."""
    member, form = _member(request), OwnHoursForm(request.POST, auto_id="own-%s")
    if form.is_valid():
        told = form.cleaned_data
        try:
            serving.report_own(member, by=By(phone_hash=known(request)), **told)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Reported; the community confirms it."))
            return see_other(reverse("party_service"))
    return _own(request, member, own_form=form, status=422)


@require_POST
@for_known
def able(request: HttpRequest) -> HttpResponse:
    """What one can do, and when, said anew."""
    member, form = _member(request), AbleForm(request.POST)
    if not form.is_valid():
        return _own(request, member, able_form=form, status=422)
    swap(member, **form.cleaned_data)
    messages.success(request, _("Kept."))
    return see_other(reverse("party_service"))


@require_POST
@for_known
def withdraw(request: HttpRequest) -> HttpResponse:
    member = _member(request)
    try:
        steps.take(member, "withdraw", by=By(phone_hash=known(request)), note=request.POST.get("note", ""))
    except Refused as refusal:
        return _own(request, member, refusal=refusal.sentence, status=409)
    messages.success(request, _("Your check-in is withdrawn. Thank you for what you did."))
    return see_other(reverse("party_me"))


# --- a unit's contact ------------------------------------------------------------------------
@never_cache
@require_GET
@for_known
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """What a unit's members did in a community, by year, and its letters."""
    row = _unit(request, pk)
    years = sorted({day.year for day in _days(row)} | {clock.now().year}, reverse=True)[:3]
    context = {
        "row": row,
        "years": [(year, *letter.year_of(row, year)) for year in years],
        "appraisals": row.appraisals.order_by("-year"),
        "back": reverse("party_me"),
    }
    return page(request, "checkins/own_unit.html", context)


def _days(row: UnitCheckIn) -> Any:
    rows = Service.objects.confirmed().filter(member__unit=row.unit_id, member__community=row.community_id)
    return rows.dates("day", "year")


@require_GET
@for_known
def unit_letter(request: HttpRequest, pk: int, year: int) -> FileResponse:
    row = _unit(request, pk)
    found = Appraisal.objects.select_related("check_in__unit", "check_in__community")
    appraisal = get_object_or_404(found, check_in=row, year=year)
    return docx_file(letter.letter(appraisal), f"{row.unit}-{year}.docx")


def _member(request: HttpRequest) -> MemberCheckIn:
    """The check-in of whoever holds this phone."""
    rows = MemberCheckIn.objects.standing().select_related("community", "unit").defer("community__boundary")
    return get_object_or_404(rows, phone_hash=known(request))


def _service(member: MemberCheckIn, pk: int) -> Service:
    row = get_object_or_404(Service.objects.select_related("need"), pk=pk, member=member)
    row.member = member
    return row


def _unit(request: HttpRequest, pk: int) -> UnitCheckIn:
    rows = UnitCheckIn.objects.here().select_related("unit", "community").defer("community__boundary")
    return get_object_or_404(rows, pk=pk, unit__contact_hash=known(request))
