"""Checking in, without an account."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from partybuilding.checkins.forms import MemberForm, UnitForm
from partybuilding.checkins.services import entering
from partybuilding.checkins.services.entering import Whom
from partybuilding.door import already
from partybuilding.door.already import Known
from wangguan.answers import page, see_other, too_many
from wangguan.limits import Limit, client_address
from wangguan.refusals import Refused

AN_HOUR = Limit("party_check_in", most=10)
BACK = "/"


@require_http_methods(["GET", "HEAD", "POST"])
def unit(request: HttpRequest) -> HttpResponse:
    """A unit checks in to a community."""
    form = UnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not AN_HOUR.take(client_address(request)):
            return too_many(request)
        told = form.cleaned_data
        try:
            entering.unit_in(
                told["name"],
                told["kind"],
                community=told["community"],
                contact=Whom(told["person"], told["phone"]),
                people=told["people"] or 0,
                offers=told["offers"],
                form_id=told["form_id"],
            )
        except Refused as refusal:
            form.add_error("name", refusal.sentence)
        else:
            return see_other(reverse("party_checked_in"))
    return page(
        request, "checkins/unit_form.html", {"form": form, "back": BACK}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest) -> HttpResponse:
    """A member checks in where they live."""
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not AN_HOUR.take(client_address(request)):
            return too_many(request)
        told = form.cleaned_data
        try:
            entering.member_in(
                Whom(told["person"], told["phone"]),
                community=told["community"],
                grid=None,
                unit_named=told["unit"],
                duty=told["duty"],
                skills=told["skills"],
                slots=told["slots"],
                form_id=told["form_id"],
            )
        except Known:
            already.tell(told["phone"])
        return see_other(reverse("party_checked_in"))
    return page(
        request, "checkins/member_form.html", {"form": form, "back": BACK}, status=422 if form.errors else 200
    )


@require_GET
def checked_in(request: HttpRequest) -> HttpResponse:
    """It arrived; what happens next."""
    return page(request, "checkins/checked_in.html", {"back": BACK})
