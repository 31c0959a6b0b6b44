"""Together: what is needed, offered and planned, for everybody to read."""

from typing import Any

from django.db.models import Avg, Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from partybuilding.claims.forms.lists import FilterForm
from partybuilding.claims.models import Claim, Item
from partybuilding.claims.terms import CLAIMED_BY_UNITS, Sort
from partybuilding.claims.workflow import HELD
from requests_app.views import lists
from wangguan.answers import shared_page

PAGE = 20
HERE = "together"


@require_GET
def together(request: HttpRequest) -> HttpResponse:
    """The three lists, newest first."""
    form = FilterForm(request.GET)
    rows = form.narrow(Item.objects.listed()).shown()
    after = request.GET.get("after", "")
    found = lists.older(rows, after, moment="published_at").order_by("-published_at", "-id")
    items = list(found[: PAGE + 1])
    last = items[PAGE - 1] if len(items) > PAGE else None
    context = {
        "form": form,
        "items": items[:PAGE],
        "tabs": _tabs(request, form.chosen.get("sort", "")),
        "next": lists.query(request.GET, after=lists.pointer(last.published_at, last.pk)) if last else "",
        "first": lists.query(request.GET, after="") if after else "",
        "here": HERE,
        "back": "/",
    }
    return shared_page(request, "claims/together.html", context)


def _tabs(request: HttpRequest, chosen: str) -> list[tuple[str, str, bool]]:
    """Query, label, whether it is the one that is open."""
    named = [("", _("All")), (Sort.NEED, _("Needs")), (Sort.RESOURCE, _("Resources"))]
    named.append((Sort.PROJECT, _("Joint projects")))
    return [
        (lists.query(request.GET, sort=value, after=""), str(label), value == chosen)
        for value, label in named
    ]


@require_GET
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: everything but who told it."""
    row = get_object_or_404(Item.objects.listed().shown(), pk=pk)
    context = {**seen_by_all(row), "here": HERE, "back": reverse("together")}
    return shared_page(request, "claims/item.html", context)


def seen_by_all(row: Item) -> dict[str, Any]:
    """An item as everybody may know it: of claimants the names alone."""
    claims = Claim.objects.touching(row).filter(state__in=sorted(HELD)).select_related("unit", "community")
    partners = [(claim.claimant, claim) for claim in claims.defer("community__boundary").order_by("pk")]
    marks = row.ratings.aggregate(mean=Avg("stars"), count=Count("pk"))
    return {
        "item": row,
        "partners": partners,
        "mean": marks["mean"],
        "marks": marks["count"],
        "by_units": row.sort in CLAIMED_BY_UNITS,
    }
