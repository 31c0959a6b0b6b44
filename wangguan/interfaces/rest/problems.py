"""How the interface says no: problem details (RFC 9457), with a sentence in the caller's language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from wangguan.refusals import Refused

MEDIA_TYPE = "application/problem+json"
PAGE = "/api/docs/problems/"
"""Where each kind is explained; `type` leads there."""


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its status, its title, and what to say where nobody said anything closer."""

    status: int
    title: Promise
    says: Promise


KINDS: dict[str, Kind] = {
    "invalid": Kind(
        400, _("Something sent makes no sense"), _("Please mend what “errors” names and send again.")
    ),
    "parse_error": Kind(
        400,
        _("The body cannot be read"),
        _("The body is not what Content-Type says. Please check it and send again."),
    ),
    "not_authenticated": Kind(
        401,
        _("No key"),
        _("Please send your key: “Authorization: Bearer wg_…”. A street leader makes keys in the admin."),
    ),
    "authentication_failed": Kind(
        401,
        _("The key opens nothing"),
        _("This key is unknown, has expired or was withdrawn. Ask a street leader for a new one."),
    ),
    "missing_scope": Kind(
        403, _("The key is not for this"), _("A street leader can make a key that is for this.")
    ),
    "permission_denied": Kind(
        403, _("Not yours to do"), _("Your account may not do this. Ask whoever keeps the posts.")
    ),
    "not_found": Kind(404, _("Not found"), _("There is nothing at this address, or it is not yours to see.")),
    "method_not_allowed": Kind(
        405,
        _("This address takes other methods"),
        _("What this address takes stands in the header “Allow”."),
    ),
    "not_acceptable": Kind(
        406, _("No answer of this kind"), _("The answer is JSON; please accept “application/json”.")
    ),
    "refused": Kind(
        409, _("The step is refused"), _("The matter has moved on. Read it anew, then decide again.")
    ),
    "in_progress": Kind(
        409,
        _("The first request still runs"),
        _("A request with this Idempotency-Key is still being answered. Ask again in a moment."),
    ),
    "precondition_failed": Kind(
        412,
        _("Changed meanwhile"),
        _("It is no longer the version that If-Match names. Read it anew, then decide again."),
    ),
    "too_large": Kind(413, _("Too large"), _("This is more than one request may bring. Please send less.")),
    "unsupported_media_type": Kind(
        415,
        _("No body of this kind"),
        _("Please send “application/json”, or a form where photos go along."),
    ),
    "key_reused": Kind(
        422,
        _("The Idempotency-Key is taken"),
        _("This Idempotency-Key came with another request before. Please make a new one for each."),
    ),
    "throttled": Kind(
        429,
        _("Too many requests"),
        _("Please wait as many seconds as the header “Retry-After” says, then go on."),
    ),
    "error": Kind(
        500,
        _("Our mistake"),
        _("Something went wrong on our side. Send the same again later, with the same Idempotency-Key."),
    ),
}
"""Every kind by its name, which also ends the address in `type`."""


class Unclear(APIException):
    """400: something sent makes no sense; `fields` says what, by name."""

    status_code, default_code, default_detail = 400, "invalid", ""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        self.fields = fields
        super().__init__(next((sentences[0] for sentences in fields.values() if sentences), ""))

    @classmethod
    def of(cls, form: forms.Form) -> "Unclear":
        return cls({name: [str(error) for error in errors] for name, errors in form.errors.items()})


class Conflict(APIException):
    """409: refused, with the sentence that pages show too."""

    status_code, default_code, default_detail = 409, "refused", ""

    def __init__(self, refusal: Refused) -> None:
        super().__init__(refusal.sentence)
        self.fields = {refusal.field: [refusal.sentence]} if refusal.field else {}


class MissingScope(exceptions.PermissionDenied):
    default_code, default_detail = "missing_scope", ""


class InProgress(APIException):
    """409: the first request with this Idempotency-Key is not answered yet; try again in `wait` seconds."""

    status_code, default_code, default_detail = 409, "in_progress", ""
    wait = 1


class PreconditionFailed(APIException):
    status_code, default_code, default_detail = 412, "precondition_failed", ""


class TooLarge(APIException):
    status_code, default_code, default_detail = 413, "too_large", ""


class KeyReused(APIException):
    status_code, default_code, default_detail = 422, "key_reused", ""


SAYS_OURS = (
    exceptions.MethodNotAllowed,
    exceptions.NotAcceptable,
    exceptions.UnsupportedMediaType,
    exceptions.Throttled,
    exceptions.ParseError,
)
"""Exceptions of the framework whose own sentence tells a developer less than ours."""


def answer(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer to an exception of a view; none for a mistake of ours, which becomes a 500."""
    said = _as_api(error)
    if said is None:
        return None
    body = details(str(said.default_code), context["request"].path, _sentence(said), dict(_errors(said)))
    challenge = getattr(said, "auth_header", None)
    headers = {"WWW-Authenticate": challenge} if challenge else {}
    if wait := getattr(said, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return Response(body, status=body["status"], headers=headers, content_type=MEDIA_TYPE)


def plain(request: HttpRequest, code: str) -> JsonResponse:
    """The same where no view of the interface was reached."""
    body = details(code, request.path)
    options = {"ensure_ascii": False}
    return JsonResponse(body, status=body["status"], content_type=MEDIA_TYPE, json_dumps_params=options)


def details(
    code: str, instance: str, sentence: str = "", errors: dict[str, list[str]] | None = None
) -> dict[str, Any]:
    """The members of one problem. `instance` is the path alone: what was searched for stays out."""
    kind = KINDS[code]
    said: dict[str, Any] = {
        "type": f"{PAGE}#{code}",
        "title": str(kind.title),
        "status": kind.status,
        "detail": sentence or str(kind.says),
        "instance": instance,
    }
    return said | {"errors": errors} if errors else said


def _as_api(error: Exception) -> APIException | None:
    match error:
        case APIException():
            return error
        case Refused():
            return Conflict(error)
        case Http404():
            return exceptions.NotFound(str(error) if error.args else None)
        case PermissionDenied():
            return exceptions.PermissionDenied(str(error) or None)
        case RequestDataTooBig() | TooManyFieldsSent() | TooManyFilesSent():
            return TooLarge()
    return None


def _sentence(error: APIException) -> str:
    """What was said on purpose; empty where the framework spoke."""
    if isinstance(error, SAYS_OURS) or not isinstance(error.detail, str):
        return ""
    return "" if error.detail == error.default_detail else str(error.detail)


def _errors(error: APIException) -> Iterator[tuple[str, list[str]]]:
    """Sentences by the name of what has to be mended."""
    if fields := getattr(error, "fields", None):
        yield from fields.items()
    elif isinstance(error.detail, dict):
        for name, sentences in error.detail.items():
            yield name, [str(sentence) for sentence in sentences]
