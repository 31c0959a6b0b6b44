"""What anybody may open: home, the form, a QR code's way into it, the switches."""

from math import ceil
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
from requests_app import figures
from requests_app.forms.matter import ReportForm
from requests_app.proof import challenge
from requests_app.refusals import Refused
from requests_app.services import Matter, submit
from requests_app.views import gate
from requests_app.views.answers import see_other
from requests_app.workflow import Source
from wangguan.pages import ELDER_COOKIE, ELDER_SIZES

EVERYDAY = ("0602", "0101", "0904", "0503", "0504", "1101", "1201", "1301")
"""Codes of the kinds most often told (handbook §4), offered as one tap above the whole list."""
A_YEAR = 365 * 24 * 3600


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
    request: HttpRequest,
    form: ReportForm,
    *,
    place: Place | None = None,
    code_is_gone: bool = False,
    puzzle: str = "",
    minutes: int = 0,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "place": place,
        "code_is_gone": code_is_gone,
        "puzzle": puzzle,
        "minutes": minutes,
        "everyday": EVERYDAY,
        "here": "report",
        "back": "/",
    }
    return render(request, "requests_app/report.html", context, status=status)


def _refused(request: HttpRequest, form: ReportForm) -> HttpResponse:
    form.keep()
    place = locate(token=form.data.get("grid_token", ""))
    return _form(request, form, place=place if place.by_code else None, status=422)


def _asked_to_wait(request: HttpRequest, form: ReportForm, place: Place) -> HttpResponse:
    """Past the limits: the form with all that was typed, and work for a browser that runs scripts."""
    form.keep()
    found = place if place.by_code else None
    seconds = gate.wait(request, form.cleaned_data["contact_phone"])
    response = _form(request, form, place=found, puzzle=challenge(), minutes=ceil(seconds / 60), status=429)
    response["Retry-After"] = str(seconds)
    return response


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
    if not gate.lets_in(request, matter):
        return _asked_to_wait(request, form, place)
    try:
        ticket, is_new = submit(matter)
    except Refused as refusal:
        form.add_error(refusal.field or None, refusal.sentence)
        return _refused(request, form)
    if is_new:
        gate.count(request, matter)
    # Its photos stay in the stash for their hour: the same form again is the same matter only with them.
    messages.success(request, _("We have it. Its number is %(number)s.") % {"number": ticket.number})
    return see_other(ticket.tracking_url)


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
