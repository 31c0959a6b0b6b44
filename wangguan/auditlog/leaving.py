"""Files that leave: whatever a signed-in person takes out is written down here, from whichever page."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from wangguan import auditlog
from wangguan.auditlog.kinds import Kind

OK = 200


class Files:
    """Middleware: a file is handed out only after the row that says so is written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if _is_file(response) and request.user.is_authenticated:
            auditlog.write(
                Kind.EXPORT,
                actor=request.user,
                subject=_page(request),
                detail=_which(request),
                request=request,
            )
        return response


def _is_file(response: HttpResponseBase) -> bool:
    return response.status_code == OK and response.headers.get("Content-Disposition", "").startswith(
        "attachment"
    )


def _page(request: HttpRequest) -> str:
    """The name of the address, which holds no key of anybody."""
    return (request.resolver_match.view_name if request.resolver_match else request.path_info)[:120]


def _which(request: HttpRequest) -> dict[str, Any]:
    """What the address names: keys, codes and years."""
    named = request.resolver_match.kwargs if request.resolver_match else {}
    return {name: value if isinstance(value, int) else str(value) for name, value in named.items()}
