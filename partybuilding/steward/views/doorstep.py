"""At the door: whoever visits takes down the voice of a household that has no phone at hand."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from grids.doors import for_homes, frame, member
from grids.models import Building
from partybuilding.access import By
from partybuilding.steward import shown
from partybuilding.steward.forms import MarksForm
from partybuilding.steward.models import Appraisal, Steward
from partybuilding.steward.queries import households_in
from partybuilding.steward.services import voices
from residents.models import Household
from wangguan.answers import page, see_other
from wangguan.refusals import Refused

HERE = "me"
MOST = 300
"""Households of one building on one page."""


@require_GET
@for_homes
def stewards(request: HttpRequest) -> HttpResponse:
    """Estates whose households this person knows, those that are being asked first."""
    rows = shown.stewards_of_worker(member(request)).with_place().order_by("estate__name", "pk")
    asked = {row.steward_id: row for row in Appraisal.objects.taking().filter(steward__in=rows)}
    found = sorted(rows[: shown.MOST], key=lambda row: row.pk not in asked)
    context = {**frame(request, HERE), "rows": [(row, asked.get(row.pk)) for row in found]}
    return page(request, "steward/worker_list.html", context)


@require_GET
@for_homes
def steward(request: HttpRequest, pk: int) -> HttpResponse:
    """First the building, then the door."""
    row, user = _found(request, pk), member(request)
    homes = Household.objects.visible_to(user) & households_in(row.estate_id)
    within = Building.objects.filter(pk__in=homes.order_by().values("dwelling__building"))
    wanted = request.GET.get("building", "")
    building = within.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 18 else None
    doors = homes.filter(dwelling__building=building) if building else homes.none()
    context = {
        **frame(request, HERE),
        "row": row,
        "month": shown.open_month(row),
        "buildings": within.order_by("name", "pk")[:MOST],
        "building": building,
        "homes": doors.as_one_walks().select_related("dwelling__building")[:MOST],
    }
    return page(request, "steward/worker_doors.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_homes
def household(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """One household marks the month in the words of whoever stands at its door."""
    row, user = _found(request, pk), member(request)
    homes = Household.objects.visible_to(user) & households_in(row.estate_id)
    home = get_object_or_404(homes.select_related("dwelling__building"), pk=key)
    month = shown.open_month(row)
    form = MarksForm(request.POST if request.method == "POST" else None)
    refusal = ""
    if request.method == "POST" and month and form.is_valid():
        who = voices.speaker(row, By(user), household=home)
        try:
            voices.give_marks(month, who, marks=form.marks(), comment=form.cleaned_data["comment"])
        except Refused as refused:
            refusal = refused.sentence
        else:
            messages.success(request, _("Taken down: %(door)s.") % {"door": home.dwelling.label})
            return see_other(
                f"{reverse('steward_doors', args=[row.pk])}?building={home.dwelling.building_id}"
            )
    context = {
        **frame(request, HERE),
        "row": row,
        "home": home,
        "month": month,
        "form": form,
        "refusal": refusal,
        "has_spoken": bool(month and shown.own_mark(month, home)),
    }
    return page(request, "steward/worker_home.html", context, status=_status(request, month, form, refusal))


def _status(request: HttpRequest, month: Appraisal | None, form: Any, refusal: str) -> int:
    if request.method != "POST":
        return 200
    return 422 if month and form.errors and not refusal else 409


def _found(request: HttpRequest, pk: int) -> Steward:
    return get_object_or_404(shown.stewards_of_worker(member(request)).with_place(), pk=pk)
