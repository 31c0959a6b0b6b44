"""The contact of a unit, known by phone: offers, claims, milestones."""

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from partybuilding.access import By
from partybuilding.checkins.models import Unit, UnitCheckIn
from partybuilding.claims.access import plans, reads
from partybuilding.claims.forms.items import OfferForm
from partybuilding.claims.matching import fits
from partybuilding.claims.models import Claim, Item, Milestone, Picture
from partybuilding.claims.services import listing
from partybuilding.claims.views import acting
from partybuilding.claims.views.acting import Outcome
from partybuilding.claims.views.rows import Typed, claim_rows, steps_of
from partybuilding.claims.workflow import HELD, RUNNING, ClaimState
from partybuilding.door.views.doors import for_known, known
from wangguan.answers import page, photo_file, see_other
from wangguan.refusals import Refused

LATEST = 40
ASKED = (ClaimState.WAITING, ClaimState.OFFERED, ClaimState.REFUSED)
"""States in which a tap of whoever was asked for a share may find a claim: the second one comes too late."""
HERE = "together"


def by_phone(request: HttpRequest) -> By:
    return By(phone_hash=known(request))


def own_units(request: HttpRequest) -> QuerySet[Unit]:
    """Units that have checked in and whose contact entered."""
    here = UnitCheckIn.objects.here().values("unit")
    return Unit.objects.filter(contact_hash=known(request), pk__in=here).order_by("name")


@never_cache
@require_GET
@for_known
def claims(request: HttpRequest) -> HttpResponse:
    return _claims(request)


def _claims(request: HttpRequest, outcome: Outcome = None) -> HttpResponse:
    """My unit: what it offers, what it claimed, what would fit; `outcome` says what was refused."""
    status, refusal, _typed = outcome or (200, "", {})
    units = list(own_units(request))
    offers = list(Item.objects.filter(unit__in=units).shown().order_by("-pk")[:LATEST])
    mine = Claim.objects.filter(Q(unit__in=units) | Q(item__unit__in=units))
    mine = mine.select_related("unit", "community", "item", "counterpart").defer("community__boundary")
    running = [offer for offer in offers if offer.state in RUNNING and offer.free]
    context = {
        "units": units,
        "offers": offers,
        "claims": mine.order_by("-pk")[:LATEST],
        "fits": [(offer, found) for offer in running[:3] if (found := fits(offer)[:3])],
        "refusal": refusal or (_("Please write it in a sentence.") if outcome else ""),
        "here": HERE,
        "back": reverse("party_me"),
    }
    return page(request, "claims/own.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_known
def offer(request: HttpRequest) -> HttpResponse:
    """A unit offers a resource."""
    units = own_units(request)
    if not units:
        raise PermissionDenied(_("Only contacts of units that have checked in offer something."))
    form = OfferForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        told = form.item
        try:
            listing.offer(told.pop("unit"), told, by=by_phone(request), form_id=form.cleaned_data["form_id"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Thank you! The office reads it and puts it on the list."))
            return see_other(reverse("together_claims"))
    context = {"form": form, "here": HERE, "back": reverse("together_claims")}
    return page(request, "claims/offer.html", context, status=422 if form.errors else 200)


# --- one claim -------------------------------------------------------------------------------
@never_cache
@require_GET
@for_known
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    return _claim(request, _found(request, pk))


def _claim(request: HttpRequest, row: Claim, outcome: Outcome = None) -> HttpResponse:
    """One claim with the forms of whoever reads it; `outcome` says what was refused."""
    status, refusal, typed = outcome or (200, "", {})
    by = by_phone(request)
    others = list(Claim.objects.filter(item=row.item_id).for_page())
    shown = next(each for each in claim_rows(others, by, typed) if each.claim.pk == row.pk)
    waiting = [each for each in claim_rows(others, by, typed) if each.steps and each.claim.pk != row.pk]
    context = {
        "row": shown,
        "item": row.item,
        "asking": waiting,
        "steps": _steps(row, by, typed),
        "refusal": refusal,
        "views": {"step": "together_own_step", "plan": "together_plan", "reach": "together_reach"},
        "picture_view": "together_picture",
        "here": HERE,
        "back": reverse("together_claims"),
    }
    return page(request, "claims/own_claim.html", context, status=status)


def _steps(row: Claim, by: By, typed: Typed) -> list[Any]:
    """“Work begins”, of the item that was claimed."""
    touching = list(Claim.objects.touching(row.item).for_page())
    return [each for each in steps_of(row.item, touching, by, typed) if each.step.name == "begin"]


@require_POST
@for_known
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Agree, refuse, divide, join, give back. Who was asked for a share stays on the page of their own."""
    row = _found(request, pk, asked=ASKED)
    outcome = acting.step_claim(request, row, name, by_phone(request))
    if outcome:
        return _claim(request, _found(request, _back_to(request, row)), outcome)
    said = {"what": row.claimant, "state": row.get_state_display()}
    messages.success(request, _("%(what)s: %(state)s.") % said)
    return see_other(reverse("together_own", args=[_back_to(request, row)]))


def _back_to(request: HttpRequest, row: Claim) -> int:
    """Whoever divided was on the page of their own claim."""
    own = Claim.objects.filter(item=row.item_id, unit__in=own_units(request)).order_by("-pk").first()
    return own.pk if own and row.unit_id != own.unit_id and row.item.unit_id is None else row.pk


@require_POST
@for_known
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(request, pk)
    outcome = acting.step_item(request, row.item, "begin", by_phone(request))
    return _claim(request, row, outcome) if outcome else see_other(reverse("together_own", args=[pk]))


@require_POST
@for_known
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit takes its offer off the list."""
    row = get_object_or_404(Item.objects.select_related("unit"), pk=pk, unit__in=own_units(request))
    outcome = acting.step_item(request, row, "withdraw", by_phone(request))
    return _claims(request, outcome) if outcome else see_other(reverse("together_claims"))


@require_POST
@for_known
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(request, pk)
    outcome = acting.plan(request, row, by_phone(request))
    return _claim(request, row, outcome) if outcome else see_other(reverse("together_own", args=[pk]))


@require_POST
@for_known
def reach(request: HttpRequest, pk: int) -> HttpResponse:
    milestone = get_object_or_404(Milestone.objects.filter(claim__in=_mine(request)), pk=pk)
    row = _found(request, milestone.claim_id)
    milestone.claim = row
    outcome = acting.reach(request, milestone, by_phone(request))
    return _claim(request, row, outcome) if outcome else see_other(reverse("together_own", args=[row.pk]))


@require_GET
@for_known
def picture(request: HttpRequest, pk: int, size: str) -> FileResponse:
    """Of a claim of one's own unit."""
    found = Picture.objects.filter(Q(milestone__claim__in=_mine(request)))
    return photo_file(get_object_or_404(found, pk=pk), size)


def _mine(request: HttpRequest) -> QuerySet[Claim]:
    """Claims of the reader's units, and on or with what these offer."""
    units = own_units(request).values("pk")
    return Claim.objects.filter(Q(unit__in=units) | Q(item__unit__in=units) | Q(counterpart__unit__in=units))


def _found(request: HttpRequest, pk: int, *, asked: Collection[str] = (ClaimState.WAITING,)) -> Claim:
    """A claim that this person is a side of, or that asks them for a share (`asked`: in these states).

    Raises:
        Http404: it is between others; who asks for a share does not read the claim of whoever was first.
    """
    row = get_object_or_404(Claim.objects.for_page(), pk=pk)
    by = by_phone(request)
    if reads(by, row) or plans(by, row):
        return row
    first = Claim.objects.filter(item=row.item_id, state__in=sorted(HELD), unit__in=own_units(request))
    if row.state in asked and first.filter(pk__lt=row.pk).exists():
        return row
    raise Http404
