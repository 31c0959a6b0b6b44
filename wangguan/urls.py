"""Every address of the portal; the rooms bring their own."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

API = (
    "grids.api",
    "residents.api",
    "requests_app.api",
    "requests_app.whistles.api",
    "requests_app.statistics.api",
    "partybuilding.claims.api",
)
"""Whatever has resources of its own under `/api/v1/`."""

urlpatterns = [
    # Before the admin, under whose address the office's pages lie.
    *(path("", include(f"{room}.urls")) for room in settings.ROOMS),
    path("admin/", admin.site.urls),
    path("accounts/", include("wangguan.accounts.urls")),
    # Without a form's key, which a page that caches share cannot carry: all it does is choose a language.
    path("i18n/setlang/", csrf_exempt(set_language), name="set_language"),
    path("notify/", include("wangguan.notify.urls")),
    path("places/", include("grids.urls")),
    path("api/", include("wangguan.interfaces.urls")),
    *(path("api/v1/", include(f"{room}.urls")) for room in API),
    path("", include("residents.urls")),
    path("", include("requests_app.urls")),
]
handler400 = "wangguan.interfaces.rest.handlers.bad_request"
handler403 = "wangguan.interfaces.rest.handlers.forbidden"
handler404 = "wangguan.interfaces.rest.handlers.not_found"
handler500 = "wangguan.interfaces.rest.handlers.server_error"
