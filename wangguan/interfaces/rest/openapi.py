"""How the contract (OpenAPI 3.1) is written down: `operation` on each view, and what all of them share."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular.drainage import get_override
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers

from wangguan.interfaces.rest import problems
from wangguan.interfaces.rest.scopes import NoKeyWithoutScope

Words = str | Promise
ALWAYS = (401, 403, 406, 429)
"""Problems that every operation may answer with; 404 where the address names a row."""
OF_A_POST = (400, 409, 413, 415, 422)


def header(
    name: str, description: Words, *, of: Any = str, answers: Iterable[int] = (), **more: Any
) -> OpenApiParameter:
    """A header that a caller may send, or one of the answers with these statuses."""
    return OpenApiParameter(
        name,
        of,
        OpenApiParameter.HEADER,
        description=description,
        response=list(answers) or False,
        **more,
    )


LANGUAGE = header(
    "Accept-Language",
    _("Language of labels and sentences; Chinese unless told otherwise."),
    enum=("zh-hans", "en"),
)
IDEMPOTENCY_KEY = header(
    "Idempotency-Key",
    _(
        "A key of your own for this request, for example a UUID. The same request under the same key is "
        "answered as the first was, for 48 hours; another request under it is refused with 422."
    ),
    of={"type": "string", "maxLength": 255, "pattern": r"^[\x21\x23-\x7e]{1,255}$"},
)
REPLAYED = header(
    "Idempotency-Replayed",
    _("This answer was given before."),
    of={"type": "string", "enum": ["true"]},
    answers=(200, 201),
)
RETRY_AFTER = header("Retry-After", _("Seconds to wait."), of=int, answers=(429,))
CHALLENGE = header("WWW-Authenticate", _("How to sign in: `Bearer`."), answers=(401,))
LINK = header("Link", _("The next and the previous page (RFC 8288)."), answers=(200,))
ETAG = header(
    "ETag", _("The version that was shown, for If-Match and If-None-Match."), answers=(200, 201, 304)
)
IF_NONE_MATCH = header("If-None-Match", _("An ETag: 304 while nothing has changed since."))
IF_MATCH = header("If-Match", _("An ETag: 412 when somebody has moved it since."))
CURSOR = OpenApiParameter(
    "cursor",
    str,
    description=_("The place in the list, as “next” and “previous” give it."),
)


@extend_schema_serializer(component_name="Problem")
class ProblemShape(serializers.Serializer[Any]):
    """Problem details as RFC 9457 names them."""

    type = serializers.CharField(help_text=_("The kind of problem, with its explanation at this address."))
    title = serializers.CharField(help_text=_("The kind in words."))
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text=_("What happened and what to do, for a person to read."))
    instance = serializers.CharField(help_text=_("The path that was called."))
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text=_("Sentences by the name of what has to be mended."),
    )


class Described(AutoSchema):
    """Adds to each operation what all share: its language, its idempotency, and how it says no."""

    method: str
    path: str

    def get_override_parameters(self) -> list[Any]:
        """Headers that every operation reads and sends."""
        own = [LANGUAGE, RETRY_AFTER, CHALLENGE]
        return [*own, IDEMPOTENCY_KEY, REPLAYED] if self.method == "POST" else own

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status in self._refusals():
            bodies.setdefault(str(status), self._problem(status, direction))
        for answered, body in bodies.items():
            _explain(int(answered), body)
        return dict(sorted(bodies.items()))

    def _refusals(self) -> Iterable[int]:
        named = (404,) if "{" in self.path else ()
        return (*ALWAYS, *named, *(OF_A_POST if self.method == "POST" else ()))

    def _problem(self, status: int, direction: Any) -> dict[str, Any]:
        body: dict[str, Any] = self._get_response_for_code(
            ProblemShape, str(status), [problems.MEDIA_TYPE], direction
        )
        return body


def _explain(status: int, body: dict[str, Any]) -> None:
    """What a refusal means, with an example of each kind; a 304 is no refusal and has no body."""
    kinds = {code: kind for code, kind in problems.KINDS.items() if kind.status == status}
    if kinds:
        body["description"] = " / ".join(str(kind.title) for kind in kinds.values())
        shown = body["content"][problems.MEDIA_TYPE]
        shown["examples"] = {
            code: {"summary": kind.title, "value": problems.details(code, "/api/v1/…")}
            for code, kind in kinds.items()
        }
    elif not body.get("description"):
        body["description"] = _("Not changed") if status == 304 else _("As asked")


class KeyScheme(OpenApiAuthenticationExtension):
    """How the contract names a key, and the scope an operation needs of it."""

    target_class = "wangguan.interfaces.rest.authentication.BearerKey"
    name = "key"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """`Authorization: Bearer wg_…`."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "wg_…"}

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[Any]]:
        """The scopes that the view asks for."""
        asked = [each for each in auto_schema.view.get_permissions() if isinstance(each, NoKeyWithoutScope)]
        scopes = [each.scope(auto_schema.method) for each in asked]
        return {self.name: [scope.value for scope in scopes if scope]}


class SessionScheme(OpenApiAuthenticationExtension):
    """The session of somebody signed in to the portal."""

    target_class = "wangguan.interfaces.rest.authentication.SessionOfPages"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """The cookie, and what changing something asks besides."""
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": _("What changes something also needs the header X-CSRFToken."),
        }


def share_refusals(result: dict[str, Any], **_options: Any) -> dict[str, Any]:
    """Write each refusal down once, and point there from every operation that says the same."""
    shared: dict[str, Any] = {}
    for operations in result["paths"].values():
        for each in operations.values():
            for status, body in each["responses"].items():
                if int(status) >= 400 and shared.setdefault(f"Problem{status}", body) == body:
                    each["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
    result["components"]["responses"] = shared
    return result


def operation(
    name: str,
    summary: Words,
    description: Words = "",
    *,
    tag: str,
    answers: Mapping[Any, Any],
    refuses: Iterable[int] = (),
    sends: Any = None,
    parameters: Iterable[OpenApiParameter] = (),
    examples: Iterable[OpenApiExample] = (),
    method: str = "",
) -> Callable[[Any], Any]:
    """Write down one operation; stands above `@api_view`.

    Args:
        name: the operation's id in the contract, e.g. "list_tickets"; clients are generated from it.
        answers: serializer (or None) by status, or by (status, media type).
        refuses: statuses of problems besides those that every operation shares.
        sends: serializer of the body.
        method: the one it is about, where a view takes several.
    """
    refusals = {(status, problems.MEDIA_TYPE): ProblemShape for status in refuses}
    described = extend_schema(
        operation_id=name,
        summary=summary,
        description=description or summary,
        tags=[tag],
        request=sends,
        responses={**answers, **refusals},
        parameters=list(parameters),
        examples=list(examples),
        methods=[method] if method else None,
    )
    return lambda view: _with_head(described(view))


def _with_head(view: Any) -> Any:
    """What answers GET answers HEAD (RFC 9110 §9.1); `@api_view` leaves it out."""

    def head(self: Any, request: Any, *args: Any, **options: Any) -> Any:
        return self.get(request, *args, **options)

    methods = view.cls.http_method_names
    if "get" in methods and "head" not in methods:
        view.cls.http_method_names, view.cls.head = [*methods, "head"], head
    return view


@cache
def page_of(row: type[serializers.BaseSerializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The shape of one page of a list by keyset."""
    fields = {
        "__doc__": "One page of a list, with the addresses of those beside it.",
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": row(many=True),
    }
    name = get_override(row, "component_name", row.__name__)
    return type(f"PageOf{name}", (serializers.Serializer,), fields)


def query(
    name: str, description: Words, *, enum: Iterable[str] = (), of: Any = str, **more: Any
) -> OpenApiParameter:
    """A filter of a list."""
    return OpenApiParameter(
        name,
        of,
        description=description,
        enum=list(enum) or None,
        **more,
    )


__all__ = [
    *("CURSOR", "ETAG", "IF_MATCH", "IF_NONE_MATCH", "LINK"),
    *("Described", "ProblemShape", "header", "operation", "page_of", "query"),
]
