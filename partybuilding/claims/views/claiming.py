"""Claiming by phone: the form, and what whoever was second is shown."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partybuilding.claims.forms.claims import ClaimForm
from partybuilding.claims.models import Item
from partybuilding.claims.services import claiming
from partybuilding.claims.services.claiming import Faster, Wish
from partybuilding.claims.terms import CLAIMED_BY_UNITS
from partybuilding.claims.views.own import by_phone, own_units
from partybuilding.claims.views.public import seen_by_all
from partybuilding.claims.workflow import ClaimState
from partybuilding.door.views.doors import for_known
from wangguan.answers import page, see_other
from wangguan.refusals import Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_known
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a need or project on; whoever comes second joins with a share, or asks for one."""
    item = get_object_or_404(Item.objects.listed().filter(sort__in=CLAIMED_BY_UNITS).shown(), pk=pk)
    if not own_units(request):
        raise PermissionDenied(_("Units that have checked in claim this, by the phone of their contact."))
    if request.method != "POST":
        return _page(request, item, ClaimForm(item=item, units=own_units(request)))
    form = ClaimForm(request.POST, item=item, units=own_units(request))
    if not form.is_valid():
        return _page(request, item, form, status=422)
    return _claimed(request, item, form)


def _claimed(request: HttpRequest, item: Item, form: ClaimForm) -> HttpResponse:
    told = form.cleaned_data
    wish = Wish(**{name: told[name] for name in told})
    act = claiming.ask if "ask" in request.POST else claiming.claim
    try:
        made = act(item, wish, by=by_phone(request))
    except Faster as faster:
        return _page(request, item, _again(request, item), faster=faster, status=409)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return _page(request, item, form, status=409)
    asked = made.state == ClaimState.WAITING
    messages.success(
        request, _("They are asked; you hear by message.") if asked else _("Claimed. Thank you!")
    )
    return see_other(reverse("together_own", args=[made.pk]))


def _again(request: HttpRequest, item: Item) -> ClaimForm:
    """The form as it was typed, for the item as it stands now: one share, and what was just shown."""
    item.refresh_from_db(fields=["taken", "shares", "state"])
    typed: Any = request.POST.copy()
    typed["seen"], typed["shares"] = str(item.taken), "1"
    return ClaimForm(typed, item=item, units=own_units(request))


def _page(
    request: HttpRequest, item: Item, form: ClaimForm, *, faster: Faster | None = None, status: int = 200
) -> HttpResponse:
    context = {
        **seen_by_all(item),
        "form": form,
        "faster": faster,
        "here": "together",
        "back": item.get_absolute_url(),
    }
    return page(request, "claims/claim_form.html", context, status=status)
