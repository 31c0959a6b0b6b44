"""Photos that are sent ahead of their form, one by one, so that a bad line costs one photo and not all."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wangguan import photos
from wangguan.limits import Limit, client_address
from wangguan.photos import PhotoRefused

AHEAD = Limit("photos", most=4 * settings.REPORTS_PER_ADDRESS * settings.PHOTO_MAX_COUNT)
"""Photos an hour from one address or member of the staff: 480, some 300 MB in the stash at the very worst.
Past it nothing is lost: photos then come with the form itself."""


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Clean one photo and put it into the stash; whoever knows its id may hand it in or remove it."""
    if not AHEAD.take(_sender(request)):
        return _says(_("Many photos come from here just now. This one goes along when you send."), status=429)
    file = request.FILES.get("photo")
    if file is None:
        return _says(_("This photo is empty. Please choose another one."), status=422)
    try:
        return JsonResponse({"id": photos.stash(photos.clean_photo(file))}, status=201)
    except PhotoRefused as refusal:
        return _says(refusal.sentence, status=422)


@require_POST
def remove(request: HttpRequest, stash_id: str) -> HttpResponse:
    """Take a photo back before it is handed in; one that is gone already is fine too."""
    photos.discard([stash_id])
    return HttpResponse(status=204)


def _sender(request: HttpRequest) -> str:
    return f"user:{request.user.pk}" if request.user.is_authenticated else client_address(request)


def _says(sentence: str, *, status: int) -> JsonResponse:
    return JsonResponse({"says": sentence}, status=status)
