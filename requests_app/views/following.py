"""Was it told already? Following somebody else's matter, hearing of it, and stopping.

Whoever follows is known by a random text in a cookie of that browser, set when they begin and
kept here as a keyed hash only; the follower's own page is known by its token.
"""

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from grids.locate import locate
from requests_app.forms.following import FollowForm, SimilarForm
from requests_app.models import Follow, FollowKind, Ticket
from requests_app.services import follow as begin
from requests_app.services import stop_following
from requests_app.similar import Told, like
from requests_app.views.public_cards import public_card, public_cards, released
from wangguan.answers import page, see_other, too_many
from wangguan.limits import Limit, client_address
from wangguan.privacy import keyed_hash

DEVICE_COOKIE = "device"
A_YEAR = 365 * 24 * 3600
MOST_SHOWN = 50
LOOKS = Limit("similar", most=240)
FOLLOWS = Limit("follow", most=60)
FOLLOWS_OF_A_PHONE = Limit("follow-phone", most=10)


# --- was it told already -----------------------------------------------------------------
@never_cache
@require_POST
def similar(request: HttpRequest) -> HttpResponse:
    """Cards of up to five matters like the one in the form, as a fragment; nothing when there are none."""
    if not LOOKS.take(client_address(request)):
        return HttpResponse(status=429)
    told = SimilarForm(request.POST).told()
    latitude, longitude = told["latitude"], told["longitude"]
    place = locate(
        token=told["grid_token"] or "",
        latitude=latitude,
        longitude=longitude,
        address=told["address"] or "",
    )
    found = like(Told(told["description"] or "", place, told["category"], latitude, longitude))
    return render(request, "parts/similar_list.html", {"cards": public_cards(found)})


# --- following ---------------------------------------------------------------------------
@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """Follow a public matter; a phone that cannot be right is asked for again, the device follows already."""
    form = FollowForm(request.POST)
    good = form.is_valid()
    number = request.POST.get("number", "")[:32]
    ticket = get_object_or_404(Ticket.objects.public(), number=number)
    phone = form.cleaned_data.get("contact_phone", "") or _own_phone(request.POST.get("mine", ""))
    kind = form.cleaned_data.get("kind", FollowKind.FOLLOW)
    if not FOLLOWS.take(client_address(request)) or (phone and not FOLLOWS_OF_A_PHONE.take(phone)):
        return too_many(request)
    device = request.COOKIES.get(DEVICE_COOKIE) or secrets.token_urlsafe(24)
    row = begin(ticket, kind=kind, device=device, phone=phone)
    if good:
        messages.success(request, _thanks(row))
        response = see_other(row.get_absolute_url())
    else:
        response = _page(request, _follow(row.token), form=form, status=422)
    response.set_cookie(
        DEVICE_COOKIE, device, A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return response


def _own_phone(token: str) -> str:
    """The phone left with a matter of one's own, from whose page this was pressed."""
    own = Ticket.objects.filter(token=token).only("contact_phone").first() if token else None
    return own.contact_phone if own else ""


def _thanks(row: Follow) -> str:
    if row.kind == FollowKind.VOICE:
        return _("Noted: one more who says so. You need not tell it again.")
    return _("You follow this matter now.")


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What this device follows, newest first."""
    device = keyed_hash(request.COOKIES.get(DEVICE_COOKIE, ""))
    rows = Follow.objects.filter(device_hash=device, stopped_at__isnull=True)
    rows = rows.select_related(*_shown_with()).order_by("-id")[:MOST_SHOWN]
    follows = [(row, public_card(_leading(row))) for row in rows]
    context = {"follows": follows, "here": "track", "back": "/track/"}
    return page(request, "requests_app/following.html", context)


# --- one of them -------------------------------------------------------------------------
@require_GET
def followed(request: HttpRequest, token: str) -> HttpResponse:
    return _page(request, _follow(token))


@require_POST
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The one tap; a link that a mail or chat client fetches ahead stops nothing."""
    row = _follow(token)
    stop_following(row)
    messages.success(request, _("Stopped. You get no more messages, and your phone was erased here."))
    return see_other(row.get_absolute_url())


def _follow(token: str) -> Follow:
    return get_object_or_404(Follow.objects.select_related(*_shown_with()), token=token)


def _shown_with() -> list[str]:
    related = ("category", "grid", "community", "publication")
    return [f"{base}__{name}" for base in ("ticket", "ticket__parent") for name in related]


def _leading(row: Follow) -> Ticket:
    """The matter whose answer counts: the one it was merged into, as long as everybody may read that."""
    parent = row.ticket.parent
    return parent if parent and parent.is_public else row.ticket


def _page(
    request: HttpRequest, row: Follow, *, form: FollowForm | None = None, status: int = 200
) -> HttpResponse:
    ticket = _leading(row)
    context = {
        "follow": row,
        "card": public_card(ticket),
        "released": released(ticket),
        "ticket": ticket,
        "form": form or FollowForm(initial={"number": row.ticket.number, "kind": row.kind}),
        "here": "track",
        "back": "/following/",
        "self_url": row.get_absolute_url(),
    }
    return page(request, "requests_app/followed.html", context, status=status)
