"""Residents, known by phone: telling a need, what became of it, and how it went."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from partybuilding.claims.forms.items import TellForm
from partybuilding.claims.forms.steps import RateForm
from partybuilding.claims.models import Item, Rating
from partybuilding.claims.services import listing
from partybuilding.claims.views import acting
from partybuilding.claims.views.acting import Outcome
from partybuilding.claims.views.own import by_phone
from partybuilding.claims.workflow import State
from partybuilding.door.views.doors import for_known, known
from wangguan.answers import page, see_other, too_many
from wangguan.limits import Limit
from wangguan.refusals import Refused

A_DAY = Limit("party_need_told", most=10, seconds=24 * 3600)
LATEST = 20
HERE = "together"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_known
def tell(request: HttpRequest) -> HttpResponse:
    """A need is told; the community reads it before everybody does."""
    form = TellForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not A_DAY.take(known(request)):
            return too_many(request)
        try:
            listing.tell(form.item, by=by_phone(request), form_id=form.cleaned_data["form_id"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Thank you! Your community reads it and puts it on the list."))
            return see_other(reverse("together_told"))
    context = {"form": form, "here": HERE, "back": reverse("together")}
    return page(request, "claims/tell.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
@for_known
def told(request: HttpRequest) -> HttpResponse:
    return _told(request)


def _told(request: HttpRequest, outcome: Outcome = None) -> HttpResponse:
    """What this phone told, and for what was accepted the question how it went."""
    status, refusal, typed = outcome or (200, "", {})
    items = list(Item.objects.filter(contact_hash=known(request)).shown().order_by("-pk")[:LATEST])
    rated = set(
        Rating.objects.filter(item__in=items, phone_hash=known(request)).values_list("item", flat=True)
    )
    rows = [
        (item, typed.get(f"rate-{item.pk}") or RateForm(auto_id=f"rate-{item.pk}-%s"))
        if item.state in (State.ACCEPTED, State.RATED) and item.pk not in rated
        else (item, None)
        for item in items
    ]
    context = {"rows": rows, "rated": rated, "refusal": refusal, "here": HERE, "back": reverse("party_me")}
    return page(request, "claims/told.html", context, status=status)


@require_POST
@for_known
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    outcome = acting.rate(request, _own(request, pk), by_phone(request))
    if outcome:
        return _told(request, outcome)
    messages.success(request, _("Thank you for saying how it went."))
    return see_other(reverse("together_told"))


@require_POST
@for_known
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """It is not needed any more."""
    outcome = acting.step_item(request, _own(request, pk), "withdraw", by_phone(request))
    if outcome:
        status, refusal, _typed = outcome
        return _told(request, (status, refusal or _("Please write it in a sentence."), {}))
    messages.success(request, _("Taken off the list."))
    return see_other(reverse("together_told"))


def _own(request: HttpRequest, pk: int) -> Item:
    return get_object_or_404(Item.objects.select_related("unit"), pk=pk, contact_hash=known(request))
