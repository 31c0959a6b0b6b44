"""Every register of the admin on one page: what Django's own front page shows."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from requests_app.desk.doors import for_office


@require_GET
@for_office()
def registers(request: HttpRequest) -> HttpResponse:
    return admin.site.index(request, {"title": _("All registers"), "here": "desk_registers"})
