"""Photos that travel ahead of their form: one by one, so that a weak signal loses one at most."""

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from requests_app import photos
from requests_app.views.gate import PHOTOS
from requests_app.views.limits import client_address


@require_POST
def photo(request: HttpRequest) -> JsonResponse:
    """Clean one photo and put it aside for its form: {"id", "preview"}, or {"sentence"} saying why not."""
    file = request.FILES.get("photo")
    if not isinstance(file, UploadedFile):
        return JsonResponse({"sentence": _("Please choose a photo.")}, status=422)
    if not PHOTOS.take(client_address(request)):
        sentence = _("Many photos came from here. Please send your words first, and this photo in an hour.")
        return JsonResponse({"sentence": sentence}, status=429)
    try:
        clean = photos.clean_photo(file)
    except photos.PhotoRefused as refusal:
        return JsonResponse({"sentence": refusal.sentence}, status=422)
    return JsonResponse({"id": photos.stash(clean), "preview": clean.preview}, status=201)
