"""What is answered where no view was reached: problem details under `/api/`, a page everywhere else."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views import defaults

from wangguan import pages
from wangguan.interfaces.rest import problems

UNDER = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """What could not be read."""
    if _is_called(request):
        return problems.plain(request, "invalid")
    return pages.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """What a page refuses."""
    if _is_called(request):
        return problems.plain(request, "permission_denied")
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """An address that does not exist."""
    if _is_called(request):
        return problems.plain(request, "not_found")
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """A mistake of ours."""
    if _is_called(request):
        return problems.plain(request, "error")
    return pages.server_error(request)


def _is_called(request: HttpRequest) -> bool:
    return request.path_info.startswith(UNDER)
