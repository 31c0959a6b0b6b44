"""The code at the place: whoever scans it says with one press that they are here."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partybuilding.gatherings.forms import PersonForm
from partybuilding.gatherings.models import Gathering
from partybuilding.gatherings.services import attending
from partybuilding.gatherings.views.own import own_person
from partybuilding.gatherings.views.people import Reader, anybody
from partybuilding.gatherings.workflow import State
from wangguan.answers import page, see_other
from wangguan.refusals import Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def here(request: HttpRequest, token: str) -> HttpResponse:
    """Reading the page writes nothing: phones fetch what a code names before anybody pressed."""
    row = get_object_or_404(Gathering.objects.select_related("community"), token=token)
    reader = anybody(request)
    if reader is None:
        return page(request, "gatherings/here.html", {"row": row, "reader": None, **_ways_in(token)})
    if request.method == "POST":
        return _arrive(request, reader, row)
    return _page(request, reader, row)


def _ways_in(token: str) -> dict[str, str]:
    return {"onward": reverse("gathering_here", args=[token])}


def _arrive(request: HttpRequest, reader: Reader, row: Gathering) -> HttpResponse:
    whom, form = reader.whom, None
    if whom is None:
        form = own_person(request, reader)
        if not form.is_valid():
            return _page(request, reader, row, form=form, status=422)
        whom = form.whom()
    try:
        attending.check_in(row, token=row.token, whom=whom)
    except Refused as refusal:
        return _page(request, reader, row, form=form, refusal=refusal.sentence, status=409)
    return see_other(reverse("gathering_here", args=[row.token]))


def _page(
    request: HttpRequest,
    reader: Reader,
    row: Gathering,
    *,
    form: PersonForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    own = reader.own(row)
    arrived = own is not None and own.state == State.ATTENDED
    context: dict[str, Any] = {
        "row": row,
        "reader": reader,
        "own": own,
        "arrived": arrived,
        "person_form": form or (PersonForm() if reader.whom is None else None),
        "refusal": refusal,
        "to_page": reader.url("", row.pk),
        **_ways_in(row.token),
    }
    return page(request, "gatherings/here.html", context, status=status)
