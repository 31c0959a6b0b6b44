"""The way in: format, method, key and how often; and every failure told in the caller's own format."""

import re
from collections.abc import Callable
from functools import wraps

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from requests_app.open311.errors import Wrong, wrong
from requests_app.open311.formats import CONTENT_TYPES, Document
from wangguan.interfaces import keys
from wangguan.interfaces.models import ApiKey, Scope
from wangguan.limits import Limit, client_address
from wangguan.words import storable

MINUTE = 60
READS = Limit("open311_reads", most=600, seconds=MINUTE)
"""Questions a minute of one address that brings no key."""
SHARED_FOR = 60
"""Seconds for which caches may keep what is the same for everybody."""
_BEARER = re.compile(r"Bearer +(\S+)", re.IGNORECASE)
_UNREADABLE = (SuspiciousOperation, BadRequest, MultiPartParserError, OSError)

Resource = Callable[..., Document]


def resource(*methods: str) -> Callable[[Resource], Callable[..., HttpResponse]]:
    """A view that returns a `Document` or raises `Wrong`; answers in the format that the address names.

    No session is read and no cookie trusted: a form of another site can do nothing here that it could
    not do without its visitor (`csrf_exempt`), and any page may read (`Access-Control-Allow-Origin`).
    """

    def opened(view: Resource) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, form: str = "xml", **named: str) -> HttpResponse:
            try:
                _check_method(request, methods)
                names = {name: storable(value) for name, value in named.items()}
                return _written(request, view(request, **names), form)
            except Wrong as error:
                return _written(request, error.document, form, status=error.status, headers=error.headers)
            except _UNREADABLE:
                unreadable = wrong(400, _("What was sent could not be read. Please check its form and size."))
                return _written(request, unreadable.document, form, status=400)

        return answer

    return opened


def _check_method(request: HttpRequest, methods: tuple[str, ...]) -> None:
    known = (*methods, "HEAD") if "GET" in methods else methods
    if request.method not in known:
        allowed = ", ".join(methods)
        raise wrong(405, _("This address only answers %(methods)s.") % {"methods": allowed}, Allow=allowed)


def caller(request: HttpRequest) -> ApiKey | None:
    """Whose key came with a question; None when none came, which counts against the address.

    Raises:
        Wrong: the key is not good here (403), or too many questions (429).
    """
    if text := _key_text(request):
        return _good(request, text)
    _count_address(request)
    return None


def sender(request: HttpRequest) -> ApiKey:
    """Whose key came with a matter.

    Raises:
        Wrong: none came, or it is not good here (403), or too many at once (429).
    """
    if not (text := _key_text(request)):
        raise wrong(403, _("Missing api_key. Please ask the street office for one."))
    return _good(request, text)


def _key_text(request: HttpRequest) -> str:
    """The parameter of the specification, or a header, which no log of addresses keeps."""
    if shape := _BEARER.fullmatch(request.headers.get("Authorization", "").strip()):
        return shape[1]
    return (request.POST.get("api_key") or request.GET.get("api_key") or "").strip()


def _good(request: HttpRequest, text: str) -> ApiKey:
    """The key itself, counted; a bad one counts against the address that tried it."""
    key = keys.find(text)
    if key is None or not key.has(Scope.OPEN311):
        _count_address(request)
        raise wrong(403, _("Invalid api_key: unknown, expired, withdrawn or not meant for Open311."))
    limit = Limit("open311_key", most=key.requests_a_minute, seconds=MINUTE)
    if not limit.take(str(key.pk)):
        raise _too_many(limit.wait(str(key.pk)))
    return key


def _count_address(request: HttpRequest) -> None:
    address = client_address(request)
    if not READS.take(address):
        raise _too_many(READS.wait(address))


def _too_many(wait: int) -> Wrong:
    seconds = max(1, wait)
    sentence = _("Too many requests. Please try again in %(seconds)d seconds.") % {"seconds": seconds}
    return wrong(429, sentence, **{"Retry-After": str(seconds)})


def _written(
    request: HttpRequest,
    document: Document,
    form: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    response = HttpResponse(document.written(form), content_type=CONTENT_TYPES[form], status=status)
    for name, value in (headers or {}).items():
        response[name] = value
    reads = request.method in ("GET", "HEAD")
    if reads:
        response["Access-Control-Allow-Origin"] = "*"
    is_shared = reads and status == 200 and not _brings_key(request)
    response["Cache-Control"] = f"public, max-age={SHARED_FOR}" if is_shared else "private, no-store"
    patch_vary_headers(response, ["Accept-Language", "Cookie", "Authorization"])
    return response


def _brings_key(request: HttpRequest) -> bool:
    return bool(request.GET.get("api_key") or request.headers.get("Authorization"))
