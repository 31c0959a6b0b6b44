"""Every address of the portal; the rooms bring their own."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.account.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("notify/", include("wangguan.notify.urls")),
    path("places/", include("grids.urls")),
    path("api/v1/", include("requests_app.api.urls")),
    path("", include("requests_app.urls")),
]
handler400 = "wangguan.pages.bad_request"
handler500 = "wangguan.pages.server_error"
