"""Small replies that several pages give."""

from io import BytesIO
from math import ceil
from typing import Any, Protocol

from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.forms import BaseForm
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from wangguan.limits import HOUR
from wangguan.pages import ELDER_COOKIE

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHARED_FOR = 60
"""So long a matter taken down may still stand in somebody's cache."""


def see_other(address: str) -> HttpResponse:
    """303: the post is done, this is the page to read now."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks (js/offline/send.js): it wants a word, no page."""
    return request.headers.get("Accept") == "application/json"


def done(request: HttpRequest, address: str, *, version: int | None = None) -> HttpResponse:
    """The post is done: 303 to the page to read now, or its address for a script.

    `version` is the ticket's after this move: what waits on the phone for the same ticket goes on from there.
    """
    if wants_json(request):
        return JsonResponse({"ok": True, "url": address, "version": version})
    return see_other(address)


def why_json(form: BaseForm, sentence: str = "", *, status: int) -> JsonResponse:
    """Why the post was not taken, in one sentence for a script; it keeps what was typed."""
    errors = [str(error) for found in form.errors.values() for error in found]
    return JsonResponse({"sentence": sentence or " ".join(errors)}, status=status)


def badge(number: int) -> JsonResponse:
    """A number as a badge writes it, for js/badges.js: exact below a hundred, nothing for none."""
    response = JsonResponse({"count": "99+" if number > 99 else str(number or "")})
    response["Cache-Control"] = "private, no-store"
    return response


def too_many(request: HttpRequest, *, wait: int = HOUR) -> HttpResponse:
    """429: come back in `wait` seconds, said in minutes on the page."""
    response = render(request, "429.html", {"minutes": max(1, ceil(wait / 60))}, status=429)
    response["Retry-After"] = str(max(1, wait))
    return response


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks, for the part of the page that changes; a restored history wants the whole."""
    asked = HtmxDetails(request)
    return bool(asked) and not asked.history_restore_request


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page with somebody's own matter on it: no cache outside the browser may keep it."""
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def shared_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page that is the same for everybody: caches may keep it for `SHARED_FOR` seconds.

    Only for readers who bring no cookie but those of how it looks, and only while no form's key
    stands on it: such a key is one reader's own.
    """
    response = render(request, template, {**context, "shared": True})
    own = set(request.COOKIES) - {ELDER_COOKIE, settings.LANGUAGE_COOKIE_NAME}
    if own or request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
        response["Cache-Control"] = "private, no-cache"
    else:
        response["Cache-Control"] = f"public, max-age={SHARED_FOR}"
    patch_vary_headers(response, ["Cookie"])
    return response


class Pictured(Protocol):
    """A row with a stored picture."""

    @property
    def image(self) -> FieldFile: ...
    @property
    def thumbnail(self) -> FieldFile: ...


def docx_file(content: bytes, name: str) -> FileResponse:
    """A Word file to be saved under this name, kept by no cache."""
    response = FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=DOCX)
    response["Cache-Control"] = "private, no-store"
    return response


def photo_file(
    photo: Pictured, size: str, *, cache: str = "private, max-age=86400, immutable"
) -> FileResponse:
    """The picture (`image`) or its thumbnail; whoever calls has checked the permission.

    Raises:
        Http404: the file is gone or there is no such size.
    """
    stored = {"image": photo.image, "thumbnail": photo.thumbnail}.get(size)
    if stored is None:
        raise Http404
    try:
        response = FileResponse(stored.open(), content_type="image/jpeg")
    except FileNotFoundError as error:
        raise Http404 from error
    response["Cache-Control"] = cache
    response["Content-Disposition"] = "inline"
    return response
