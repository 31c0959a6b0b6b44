"""What anybody may open: home, the form, a QR code's way into it, the switches."""

import json
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.locate import Place, locate
from grids.models import QRToken
from requests_app import figures, proof
from requests_app.forms.matter import STEPS, ReportForm
from requests_app.services import Matter, submit
from requests_app.views import gate
from requests_app.workflow import Source
from wangguan.answers import see_other
from wangguan.pages import ELDER_COOKIE, ELDER_SIZES
from wangguan.refusals import Refused

TOLD_COOKIE = "told"
A_DAY = 24 * 3600
A_YEAR = 365 * A_DAY


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "requests_app/home.html", {"here": "home", "figures": figures.current()})


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form; a refused one comes back with everything that was typed, photos included."""
    if request.method != "POST":
        return _form(request, ReportForm(initial={"submission_id": uuid4()}))
    form = ReportForm(request.POST, request.FILES)
    if "elsewhere" in request.POST:
        return _elsewhere(request, form)
    if not form.is_valid():
        return _refused(request, form)
    place = _place(form)
    if place.outside and not form.cleaned_data["send_anyway"]:
        form.keep()
        return _form(request, form, place=place)
    return _hand_in(request, form, place)


@require_GET
def scan(request: HttpRequest, token: str) -> HttpResponse:
    """A QR code at a door: the form with its place filled in. A revoked code still leads to the form."""
    place = locate(token=token)
    initial = {"submission_id": uuid4(), "grid_token": token if place.by_code else ""}
    if place.by_code:
        QRToken.objects.count_scan(token)
    return _form(request, ReportForm(initial=initial), place=place, code_is_gone=not place.by_code)


@csrf_exempt
@require_POST
def elder(request: HttpRequest) -> HttpResponse:
    """Switch the senior view on, larger still, or off; remembered by a cookie.

    Without a form's key, which a page that caches share cannot carry: all it does is enlarge letters.
    """
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = see_other(back)
    size = request.POST.get("elder", "")
    if size in ELDER_SIZES:
        response.set_cookie(ELDER_COOKIE, size, A_YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie(ELDER_COOKIE, samesite="Lax")
    return response


def _form(
    request: HttpRequest, form: ReportForm, *, place: Place | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    step = _first_step(form, place, status)
    context = {"form": form, "place": place, "step": step, "here": "report", "back": "/", **more}
    return render(request, "requests_app/report.html", context, status=status)


def _first_step(form: ReportForm, place: Place | None, status: int) -> int:
    """Which of the three steps a page that came back opens: where there is something to mend."""
    if place and place.outside:
        return 2
    if status == 429:
        return 3
    return next((number for number, names in STEPS.items() if any(form.errors.get(n) for n in names)), 1)


def _refused(request: HttpRequest, form: ReportForm) -> HttpResponse:
    form.keep()
    place = locate(token=form.data.get("grid_token", ""))
    return _form(request, form, place=place if place.by_code else None, status=422)


def _elsewhere(request: HttpRequest, form: ReportForm) -> HttpResponse:
    """The code's place is not where it happened: the same form without it, nothing complained of."""
    told = request.POST.copy()
    told["grid_token"] = ""
    form.data = told
    form.full_clean()
    form.keep()
    form.errors.clear()
    return _form(request, form)


def _place(form: ReportForm) -> Place:
    told = form.cleaned_data
    return locate(
        token=told["grid_token"],
        latitude=told["latitude"],
        longitude=told["longitude"],
        address=told["address"],
    )


def _hand_in(request: HttpRequest, form: ReportForm, place: Place) -> HttpResponse:
    matter = _matter(form, place)
    tries = gate.Tries(request, phone=matter.contact_phone)
    if not tries.may_tell(matter, proof=request.POST.get("altcha", "")):
        return _later(request, form, tries, place=place)
    try:
        ticket, is_new = submit(matter)
    except Refused as refusal:
        form.add_error(refusal.field or None, refusal.sentence)
        return _refused(request, form)
    if not is_new:
        tries.give_back()
    messages.success(request, _("We have it. Its number is %(number)s.") % {"number": ticket.number})
    response = see_other(ticket.tracking_url)
    # The draft on the device may go now: static/js/draft-store.js compares and removes both.
    told = str(matter.submission_id)
    response.set_cookie(TOLD_COOKIE, told, A_DAY, samesite="Lax", secure=request.is_secure())
    return response


def _later(request: HttpRequest, form: ReportForm, tries: gate.Tries, *, place: Place) -> HttpResponse:
    """The form with everything in it, when to try again, and the task that opens the gate at once."""
    form.keep()
    minutes, task = tries.minutes_to_wait(), proof.challenge()
    known = place if place.by_code else None
    response = _form(request, form, place=known, status=429, minutes=minutes, challenge=json.dumps(task))
    response["Retry-After"] = str(minutes * 60)
    return response


def _matter(form: ReportForm, place: Place) -> Matter:
    told = form.cleaned_data
    door = place.building.address if place.how == "token" and place.building else ""
    return Matter(
        description=told["description"],
        place=place,
        source=Source.QR if place.by_code else Source.WEB,
        category=told["category"],
        address=f"{door} {told['address']}".strip()[:200],
        latitude=told["latitude"],
        longitude=told["longitude"],
        contact_name=told["contact_name"],
        contact_phone=told["contact_phone"],
        pictures=told["photos"],
        submission_id=told["submission_id"],
        consent=told["consent"],
        may_publish=told["may_publish"],
        about_staff=told["about_staff"],
    )
