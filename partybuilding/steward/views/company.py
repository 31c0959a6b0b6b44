"""The property company's page: what it did, what it plans, what the table asked of it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partybuilding.access import By
from partybuilding.door.views.doors import for_known, known
from partybuilding.steward import shown
from partybuilding.steward.forms import ServiceForm
from partybuilding.steward.models import Steward
from partybuilding.steward.services import log
from wangguan.answers import page, see_other
from wangguan.refusals import Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_known
def services(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a service down; below, what was written."""
    row = _own(request, pk)
    form = ServiceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            log.enter(row, by=By(phone_hash=known(request)), pictures=told.pop("photos"), **told)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Written down; residents see it on the page of their estate."))
            return see_other(reverse("steward_company", args=[row.pk]))
    if form.errors:
        form.keep()
    return page(request, "steward/company.html", _context(row, form), status=422 if form.errors else 200)


def _own(request: HttpRequest, pk: int) -> Steward:
    """Raises: Http404: not the company that is reached at this phone."""
    row = get_object_or_404(Steward.objects.standing().with_place(), pk=pk)
    if not log.is_of_firm(row, By(phone_hash=known(request))):
        raise Http404
    return row


def _context(row: Steward, form: ServiceForm) -> dict[str, Any]:
    return {
        "row": row,
        "form": form,
        "done": shown.done_lately(row),
        "planned": shown.planned(row),
        "last": shown.last_month(row),
        "back": reverse("party_me"),
    }
