"""One step on several matters of the desk: the workers' preview and outcome, within the office's frame."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from grids.doors import member, moves_several
from requests_app.desk.doors import for_office, frame
from requests_app.desk.terms import IN_BULK
from requests_app.views import bulk

OF_OFFICE = bulk.Around("desk.html", "desk_several", "admin:index", IN_BULK, frame, "admin:index")


@require_http_methods(["GET", "HEAD", "POST"])
@for_office()
def several(request: HttpRequest) -> HttpResponse:
    """What shall be done; then what would happen; with `confirm`, what happened."""
    if not moves_several(member(request)):
        raise PermissionDenied(_("Several at once is for leaders, the community and the street."))
    return bulk.several(request, OF_OFFICE)
