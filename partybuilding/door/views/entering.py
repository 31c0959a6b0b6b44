"""Entering with a code, leaving, and one's own page."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from partybuilding.door import codes, hats
from partybuilding.door.forms import CodeForm, PhoneForm
from partybuilding.door.views.doors import ASKED, KNOWN, for_known, known, onward
from wangguan.answers import page, see_other
from wangguan.limits import client_address
from wangguan.privacy import keyed_hash, mask_phone
from wangguan.refusals import Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """A phone is given; the answer is the same whether anybody knows it."""
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["phone"]
        try:
            codes.send(number, place=client_address(request))
        except Refused as refusal:
            form.add_error("phone", refusal.sentence)
        else:
            request.session[ASKED] = [keyed_hash(number), mask_phone(number)]
            return see_other(f"{reverse('party_code')}?{_kept(request)}")
    context = {"form": form, "onward": _kept(request), "back": "/"}
    return page(request, "door/phone.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code is given; from here on the browser is known for as long as its session lives."""
    if ASKED not in request.session:
        return HttpResponseRedirect(f"{reverse('party_in')}?{_kept(request)}")
    phone_hash, masked = request.session[ASKED]
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes.check(phone_hash, form.cleaned_data["code"])
        except Refused as refusal:
            form.add_error("code", refusal.sentence)
        else:
            return _enter(request, phone_hash)
    context = {
        "form": form,
        "masked": masked,
        "onward": _kept(request),
        "demo_code": codes.shown_in_demo(phone_hash),
        "back": reverse("party_in"),
    }
    return page(request, "door/code.html", context, status=422 if form.errors else 200)


def _enter(request: HttpRequest, phone_hash: str) -> HttpResponse:
    """A fresh session key, so that nobody else's cookie comes in with this one."""
    del request.session[ASKED]
    request.session.cycle_key()
    request.session[KNOWN] = phone_hash
    return see_other(onward(request, request.GET.get("next", "")))


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    request.session.pop(KNOWN, None)
    request.session.cycle_key()
    return see_other(reverse("party_in"))


@never_cache
@require_GET
@for_known
def me(request: HttpRequest) -> HttpResponse:
    """What this person is here, and the way to each."""
    return page(request, "door/me.html", {"hats": hats.of(known(request)), "back": "/"})


def _kept(request: HttpRequest) -> str:
    """Where to go afterwards, carried along."""
    given = request.GET.get("next", "")
    return urlencode({"next": given}) if given else ""
