"""What is seen of every request: its number, one line in the log, its place in the figures."""

import logging
from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject, empty

from wangguan.observability import counters, ids, logs

logger = logging.getLogger(logs.ACCESS)


class Observed:
    """Middleware, right behind the probes: nothing answers a visitor without having passed here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = perf_counter()
        with ids.carried(_number(request)):
            response = self.get_response(request)
            response[ids.HEADER] = ids.current()
            _note(request, response, seconds=perf_counter() - began)
        return response


def _number(request: HttpRequest) -> str:
    """The number that our proxy gave; a visitor's own word counts only where a proxy stands before us."""
    given = request.headers.get(ids.HEADER, "") if settings.TRUSTED_PROXIES else ""
    return ids.accepted(given)


def _note(request: HttpRequest, response: HttpResponseBase, *, seconds: float) -> None:
    route, method = _route(request), counters.known_method(request.method)
    counters.count_request(method=method, route=route, status=response.status_code, seconds=seconds)
    logger.info(
        "request",
        extra={
            "method": method,
            "route": route,
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
            "user_id": _user_id(request),
        },
    )


def _route(request: HttpRequest) -> str:
    is_file = request.resolver_match is None and request.path_info.startswith(
        f"/{settings.STATIC_URL.strip('/')}/"
    )
    return "static" if is_file else logs.route_of(request)


def _user_id(request: HttpRequest) -> int | None:
    """Who asked, if anybody looked: finding it out costs a session, which a page may do without."""
    user = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject) and user.__dict__.get("_wrapped") is empty:
        return None
    return getattr(user, "pk", None)
