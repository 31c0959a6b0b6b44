"""What the office does on the page of an item: steps, claims, milestones, marks."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from grids.doors import member as staff
from partybuilding.access import By
from partybuilding.claims.access import overlooks
from partybuilding.claims.forms.claims import CommunityClaimForm
from partybuilding.claims.models import Claim, Item, Milestone, Picture
from partybuilding.claims.services import claiming
from partybuilding.claims.services.claiming import Faster, Wish
from partybuilding.claims.views import acting
from partybuilding.claims.views.acting import Outcome
from partybuilding.claims.views.office import claim_seen, found, one, takers
from requests_app.desk.doors import for_office
from wangguan.answers import photo_file, see_other
from wangguan.refusals import Refused


@require_POST
@for_office()
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Publish, withdraw, begin, accept."""
    row = found(request, pk)
    outcome = acting.step_item(request, row, name, By(staff(request)))
    return _back(request, row, outcome, said=_now(row, row))


@require_POST
@for_office()
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """A community claims a resource, or asks whoever was first for a share."""
    row = found(request, pk)
    user = staff(request)
    form = CommunityClaimForm(request.POST, item=row, rows=takers(user, row), auto_id="taking-%s")
    if not form.is_valid():
        return one(request, row, (422, "", {"taking": form}))
    act = claiming.ask if "ask" in request.POST else claiming.claim
    try:
        act(row, Wish(**form.cleaned_data), by=By(user))
    except Faster as faster:
        return one(request, found(request, pk), (409, _second(faster), {"taking": _again(request, pk)}))
    except Refused as refusal:
        return one(request, row, (409, refusal.sentence, {"taking": form}))
    return _back(request, row, None, said=_("Claimed; the unit is told."))


def _again(request: HttpRequest, pk: int) -> CommunityClaimForm:
    """The form as it was typed, for the item as it stands now."""
    row = found(request, pk)
    typed: Any = request.POST.copy()
    typed["seen"] = str(row.taken)
    return CommunityClaimForm(typed, item=row, rows=takers(staff(request), row), auto_id="taking-%s")


def _second(faster: Faster) -> str:
    left = _("A share is left below.") if faster.free else _("You can ask them below to share it.")
    return f"{faster.sentence} {left}"


@require_POST
@for_office()
def claim_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Agree, refuse, divide, give back, end."""
    row = _claim(request, pk)
    outcome = acting.step_claim(request, row, name, By(staff(request)))
    return _back(request, _page_of(request, row), outcome, said=_now(row.claimant, row))


@require_POST
@for_office()
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    row = _claim(request, pk)
    outcome = acting.plan(request, row, By(staff(request)))
    return _back(request, _page_of(request, row), outcome, said=_("Kept."))


@require_POST
@for_office()
def reach(request: HttpRequest, pk: int) -> HttpResponse:
    milestone = get_object_or_404(Milestone, pk=pk)
    milestone.claim = _claim(request, milestone.claim_id)
    outcome = acting.reach(request, milestone, By(staff(request)))
    said = _("%(name)s: marked as reached.") % {"name": milestone.name}
    return _back(request, _page_of(request, milestone.claim), outcome, said=said)


@require_POST
@for_office()
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    """What those served said on site."""
    row = found(request, pk)
    outcome = acting.rate(request, row, By(staff(request)))
    return _back(request, row, outcome, said=_("Kept."))


@require_GET
@for_office()
def picture(request: HttpRequest, pk: int, size: str) -> FileResponse:
    """Of an item that the reader sees, or of a claim on it."""
    seen = Item.objects.visible_to(staff(request)).values("pk")
    of_item = Q(item__in=seen, milestone__isnull=True)
    claims = Claim.objects.filter(claim_seen(staff(request))).values("pk")
    found = Picture.objects.select_related("milestone__claim__item", "milestone__claim__counterpart")
    row = get_object_or_404(found.filter(of_item | Q(milestone__claim__in=claims)), pk=pk)
    if row.milestone and not overlooks(staff(request), row.milestone.claim):
        raise Http404
    return photo_file(row, size)


def _now(what: object, row: Item | Claim) -> str:
    return _("%(what)s: %(state)s.") % {"what": what, "state": row.get_state_display()}


def _claim(request: HttpRequest, pk: int) -> Claim:
    rows = Claim.objects.filter(claim_seen(staff(request))).for_page()
    return get_object_or_404(rows, pk=pk)


def _page_of(request: HttpRequest, claim: Claim) -> Item:
    """The item of a claim, or what it is paired with where that alone is this office's to read."""
    seen = Item.objects.visible_to(staff(request)).filter(pk__in=claim.touches()).values_list("pk", flat=True)
    keys = set(seen)
    return found(request, claim.item_id if claim.item_id in keys else keys.pop())


def _back(request: HttpRequest, row: Item, outcome: Outcome, *, said: str) -> HttpResponse:
    if outcome:
        return one(request, found(request, row.pk), outcome)
    messages.success(request, said)
    return see_other(reverse("party_claim_item", args=[row.pk]))
