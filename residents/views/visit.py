"""One visit: who went where and when, what was found, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from grids.doors import for_homes, frame, member
from grids.models import User
from residents import access, seams
from residents.forms.visits import WordingForm
from residents.models import Finding, Resident, Visit, VisitPhoto
from residents.seams import Asked, Wording
from residents.services import visits as services
from residents.terms import Checked
from residents.views.shown import icon_of
from wangguan.answers import page, photo_file, see_other
from wangguan.refusals import Refused


@dataclass(frozen=True)
class Found:
    """One finding as it stands on the page: its request, or the form that makes one."""

    finding: Finding
    title: str
    asked: Asked | None
    form: WordingForm | None


@dataclass(frozen=True)
class Picture:
    url: str
    thumbnail_url: str
    label: str


def _visible(request: HttpRequest, pk: int) -> Visit:
    """Raises: Http404: there is no such visit, or not for this person."""
    return get_object_or_404(Visit.objects.visible_to(member(request)).with_aim(), pk=pk)


@require_GET
@for_homes
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


def _page(
    request: HttpRequest, visit: Visit, *, mending: WordingForm | None = None, status: int = 200
) -> HttpResponse:
    """The whole page; `mending` is a form that came back."""
    user = member(request)
    may_write = access.may_write(user, visit.grid)
    results = list(visit.results.select_related("item").order_by("item__order", "id"))
    context = {
        **frame(request, "visits"),
        "visit": visit,
        "icon": icon_of(visit),
        "photos": [_picture(visit, photo, number) for number, photo in enumerate(visit.photos.all(), 1)],
        "results": results,
        "good": sum(result.outcome == Checked.GOOD for result in results),
        "found": _found(visit, user, may_write=may_write, mending=mending),
        "may_write": may_write,
    }
    return page(request, "residents/visit.html", context, status=status)


def _picture(visit: Visit, photo: VisitPhoto, number: int) -> Picture:
    image, thumbnail = (
        reverse("worker_visit_photo", args=[visit.pk, photo.pk, size]) for size in ("image", "thumbnail")
    )
    return Picture(image, thumbnail, _("Photo %(number)s") % {"number": number})


# --- findings ----------------------------------------------------------------------------
def _found(visit: Visit, user: User, *, may_write: bool, mending: WordingForm | None) -> list[Found]:
    findings = list(visit.findings.select_related("result__item").order_by("id"))
    asked: Mapping[int, Asked] = seams.requests().of_findings(findings, user) if findings else {}
    people = _people(visit) if findings and may_write else []
    return [
        Found(
            finding,
            title_of(finding),
            asked.get(finding.pk),
            None
            if not may_write or finding.pk in asked or finding.settled_at
            else _wording(finding, people, mending),
        )
        for finding in findings
    ]


def _wording(finding: Finding, people: list[Resident], mending: WordingForm | None) -> WordingForm:
    if mending is not None and mending.finding.pk == finding.pk:
        return mending
    return WordingForm(
        finding=finding, people=people, initial={"words": finding.words or finding.visit.note, "tell": ""}
    )


def title_of(finding: Finding) -> str:
    result = getattr(finding, "result", None)
    return str(result.item) if result else str(finding.get_need_display())


def _people(visit: Visit) -> list[Resident]:
    """Who may be told the answer: those of the household whose phone is known."""
    if visit.household is None:
        return []
    return list(visit.household.people.here().exclude(phone_hash="").order_by("id"))


def _own_finding(request: HttpRequest, pk: int, finding_pk: int) -> tuple[Visit, Finding]:
    """Raises: Http404: not for this person. PermissionDenied: to be read only."""
    visit = _visible(request, pk)
    finding = get_object_or_404(visit.findings.select_related("visit"), pk=finding_pk)
    finding.visit = visit
    if not access.may_write(member(request), visit.grid):
        raise PermissionDenied(_("What a visit found is settled by those who serve in this grid."))
    return visit, finding


@require_POST
@for_homes
def make_request(request: HttpRequest, pk: int, finding: int) -> HttpResponse:
    """One tap, or two taps by mistake: one request."""
    visit, row = _own_finding(request, pk, finding)
    form = WordingForm(request.POST, finding=row, people=_people(visit))
    if not form.is_valid():
        return _page(request, visit, mending=form, status=422)
    try:
        made = seams.requests().open(row, _wording_told(visit, row, form), actor=member(request))
    except Refused as refusal:
        form.add_error("words", refusal.sentence)
        return _page(request, visit, mending=form, status=409)
    messages.success(request, _("It is request %(number)s now.") % {"number": made.number})
    return see_other(f"{visit.get_absolute_url()}#finding-{row.pk}")


def _wording_told(visit: Visit, finding: Finding, form: WordingForm) -> Wording:
    person: Any = form.to_tell
    return Wording(
        words=form.cleaned_data["words"],
        category=finding.category,
        contact_name=person.name if person else "",
        contact_phone=person.phone if person else "",
        address=visit.venue.address if visit.venue else "",
    )


@require_POST
@for_homes
def settle(request: HttpRequest, pk: int, finding: int) -> HttpResponse:
    """Dealt with on the spot; or open again, where that was said too early."""
    visit, row = _own_finding(request, pk, finding)
    findings = Finding.objects.filter(pk=row.pk)
    if "again" in request.POST:
        services.reopen(findings)
    else:
        services.settle(findings, by=member(request))
    return see_other(f"{visit.get_absolute_url()}#finding-{row.pk}")


@require_GET
@for_homes
def photo(request: HttpRequest, pk: int, photo_id: int, size: str) -> HttpResponseBase:
    """`image` or `thumbnail`, to whoever may see the visit."""
    visible = Visit.objects.visible_to(member(request)).filter(pk=pk)
    return photo_file(get_object_or_404(VisitPhoto.objects.filter(visit__in=visible), pk=photo_id), size)
