"""The office's pages of the three lists: what stands on them, one item, entering and correcting."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from grids.doors import member as staff
from grids.models import Community, User
from partybuilding import access
from partybuilding.access import By
from partybuilding.claims.access import seats
from partybuilding.claims.forms.claims import CommunityClaimForm
from partybuilding.claims.forms.items import OfficeForm
from partybuilding.claims.forms.lists import FilterForm
from partybuilding.claims.forms.steps import SiteRateForm
from partybuilding.claims.matching import fits
from partybuilding.claims.models import Claim, Item
from partybuilding.claims.queries import ItemQuerySet
from partybuilding.claims.services import listing
from partybuilding.claims.terms import UNCLAIMED_AFTER, Origin, Sort
from partybuilding.claims.views.acting import Outcome
from partybuilding.claims.views.rows import Typed, claim_rows, steps_of
from partybuilding.claims.workflow import ITEM_STEPS, RUNNING, ClaimState, State
from requests_app.desk.doors import for_office, frame
from requests_app.models import Ticket
from requests_app.views import lists
from wangguan import clock
from wangguan.answers import page, see_other
from wangguan.refusals import Refused
from wangguan.words import storable

PAGE = 30
HERE = "party_claims"
SHOW = ("", "draft", "to_agree", "unclaimed", "running", "over")


@require_GET
@for_office()
def items(request: HttpRequest) -> HttpResponse:
    """The three lists, newest first: all, to publish, to agree to, unclaimed, under way, over."""
    user, form = staff(request), FilterForm(request.GET)
    show = request.GET.get("show", "")
    rows = _shown(form.narrow(Item.objects.visible_to(user)), show if show in SHOW else "", user).shown()
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 18:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    last = found[PAGE - 1].pk if len(found) > PAGE else ""
    context = {
        **frame(request, "party_claims_unclaimed" if show == "unclaimed" else HERE),
        "form": form,
        "rows": found[:PAGE],
        "show": show,
        "tabs": _tabs(request, show),
        "sorts": _sorts(request, form.chosen.get("sort", "")),
        "may_write": access.may_write(user),
        "next": lists.query(request.GET, after=str(last)) if last else "",
        "first": lists.query(request.GET, after="") if after else "",
    }
    return page(request, "claims/list.html", context)


def _shown(rows: ItemQuerySet, show: str, user: User) -> ItemQuerySet:
    match show:
        case "draft":
            return rows.filter(state=State.DRAFT)
        case "to_agree":
            return rows.filter(pk__in=Claim.objects.for_keepers(user).values("item"))
        case "unclaimed":
            return rows.unclaimed_since(clock.now() - UNCLAIMED_AFTER)
        case "running":
            return rows.filter(state__in=sorted(RUNNING - {State.PUBLISHED}))
        case "over":
            return rows.filter(state__in=[State.ACCEPTED, State.RATED, State.WITHDRAWN])
    return rows


def _tabs(request: HttpRequest, chosen: str) -> list[tuple[str, str, bool]]:
    labels = {
        "": _("All"),
        "draft": _("To be published"),
        "to_agree": _("Claims to agree to"),
        "unclaimed": _("Not claimed for 14 days"),
        "running": _("Claimed and under way"),
        "over": _("Over and done"),
    }
    return [
        (lists.query(request.GET, show=name, after=""), label, name == chosen)
        for name, label in labels.items()
    ]


def _sorts(request: HttpRequest, chosen: str) -> list[tuple[str, str, bool]]:
    labels = [("", _("All three")), (Sort.NEED, _("Needs")), (Sort.RESOURCE, _("Resources"))]
    labels.append((Sort.PROJECT, _("Joint projects")))
    return [
        (lists.query(request.GET, sort=name, after=""), str(label), name == chosen) for name, label in labels
    ]


# --- entering and correcting -----------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def new(request: HttpRequest) -> HttpResponse:
    """An item is entered; `?ticket=` begins a need from a request, in the office's own words."""
    user = staff(request)
    if not access.may_write(user):
        raise PermissionDenied(_("Only those who keep this list enter items."))
    ticket = _ticket(user, request.POST.get("ticket") or request.GET.get("ticket", ""))
    form = OfficeForm(request.POST or None, user=user, initial=_begun(request, user, ticket))
    if request.method == "POST" and form.is_valid():
        try:
            row = listing.enter(form.item, by=By(user), form_id=form.cleaned_data["form_id"])
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
        else:
            return see_other(reverse("party_claim_item", args=[row.pk]))
    return _form(request, form, ticket=ticket)


def _ticket(user: User, number: str) -> Ticket | None:
    number = storable(number)[:32]
    return Ticket.objects.visible_to(user).filter(number=number).first() if number else None


def _begun(request: HttpRequest, user: User, ticket: Ticket | None) -> dict[str, Any]:
    own = access.own_communities(user)
    given = request.GET.get("sort", Sort.NEED)
    return {
        "sort": given if given in Sort.values else Sort.NEED,
        "ticket": ticket.number if ticket else "",
        "community": ticket.community_id if ticket else next(iter(own)) if len(own) == 1 else None,
        "source": Origin.OFFICE,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft is put in better words before everybody reads it."""
    row, user = found(request, pk), staff(request)
    if not access.keeps(user, row.community_id):
        raise PermissionDenied(_("Only those who keep this list correct items."))
    form = OfficeForm(request.POST or None, user=user, initial=_kept(row))
    if request.method == "POST" and form.is_valid():
        told = form.item
        told["source"], told["ticket"] = row.source, row.ticket
        try:
            listing.correct(row, told, by=By(user))
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
            return _form(request, form, row=row, status=409)
        return see_other(reverse("party_claim_item", args=[row.pk]))
    return _form(request, form, row=row, ticket=row.ticket)


def _kept(row: Item) -> dict[str, Any]:
    names = [
        *("sort", "kind", "title", "words", "amount", "shares", "place", "starts_on", "ends_on", "served"),
        *("source", "contact_name", "contact_phone", "form_id"),
    ]
    return {**{name: getattr(row, name) for name in names}, "community": row.community_id}


def _form(
    request: HttpRequest,
    form: OfficeForm,
    *,
    row: Item | None = None,
    ticket: Ticket | None = None,
    status: int = 200,
) -> HttpResponse:
    if ticket or row:
        form.fields["source"].widget = form.fields["source"].hidden_widget()
    context = {**frame(request, HERE), "form": form, "row": row, "ticket": ticket}
    kept = status if status != 200 else (422 if form.errors else 200)
    return page(request, "claims/form.html", context, status=kept)


# --- one item --------------------------------------------------------------------------------
@require_GET
@for_office()
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """`?for=` names the need of which one came: it stands chosen where the resource is claimed."""
    return one(request, found(request, pk))


def found(request: HttpRequest, pk: int) -> Item:
    """An item that this office may read."""
    rows = Item.objects.visible_to(staff(request)).select_related("community", "unit", "ticket", "made_by")
    return get_object_or_404(rows.defer("community__boundary"), pk=pk)


def one(request: HttpRequest, row: Item, outcome: Outcome = None) -> HttpResponse:
    """An item with its claims; `outcome` says what was refused."""
    status, refusal, typed = outcome or (200, "", {})
    by = By(staff(request))
    claims = list(Claim.objects.touching(row).for_page())
    held = seats(by, row, claims)
    context = {
        **frame(request, HERE),
        "item": row,
        "refusal": refusal,
        "keeps": access.keeps(staff(request), row.community_id),
        "steps": steps_of(row, claims, by, typed),
        "claims": claim_rows(claims, by, typed),
        "rating": _rating(row, bool(held & ITEM_STEPS["rate"].who), typed),
        "ratings": row.ratings.order_by("-pk")[:20],
        "taking": _taking(request, row, claims, typed),
        "fits": fits(row) if row.state in RUNNING and row.free else [],
        "pictures": row.pictures.filter(milestone__isnull=True)[:20],
        "views": {"step": "party_claim_step", "plan": "party_claim_plan", "reach": "party_claim_reach"},
        "picture_view": "party_claim_picture",
    }
    return page(request, "claims/office.html", context, status=status)


def _rating(row: Item, may: bool, typed: Typed) -> Any:
    if not may or row.state not in ITEM_STEPS["rate"].starts:
        return None
    key = f"rate-{row.pk}"
    return typed.get(key) or SiteRateForm(auto_id=f"{key}-%s")


def takers(user: User, row: Item) -> QuerySet[Community]:
    """Communities for which this person may claim a unit's resource."""
    rows = access.kept_communities(user)
    return rows.filter(pk=row.community_id) if row.community_id else rows


def _taking(request: HttpRequest, row: Item, claims: list[Claim], typed: Typed) -> Any:
    """The form by which a community claims a resource, or asks for a share of it."""
    user = staff(request)
    if row.sort != Sort.RESOURCE or not row.is_claimable or not access.may_write(user):
        return None
    taken = [claim.community_id for claim in claims if claim.item_id == row.pk and _stands(claim)]
    rows = takers(user, row).exclude(pk__in=[key for key in taken if key])
    if not rows.exists():
        return None
    begun = {"counterpart": request.GET.get("for", "")[:18]}
    return typed.get("taking") or CommunityClaimForm(item=row, rows=rows, initial=begun, auto_id="taking-%s")


def _stands(claim: Claim) -> bool:
    return claim.state in (ClaimState.WAITING, ClaimState.OFFERED, ClaimState.AGREED)


def claim_seen(user: User) -> Q:
    """Claims whose inside this office may reach: on or with what it reads, or its own community's."""
    seen = Item.objects.visible_to(user).values("pk")
    return Q(item__in=seen) | Q(counterpart__in=seen)
