"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import re_path

from requests_app.open311 import views

_BASE = r"^open311/v2/"
_FORM = r"\.(?P<form>xml|json)$"

urlpatterns = [
    re_path(rf"{_BASE}discovery{_FORM}", views.discover, name="open311_discovery"),
    re_path(rf"{_BASE}services{_FORM}", views.service_list, name="open311_services"),
    re_path(
        rf"{_BASE}services/(?P<service_code>[^/]+){_FORM}",
        views.service_definition,
        name="open311_definition",
    ),
    re_path(rf"{_BASE}requests{_FORM}", views.service_requests, name="open311_requests"),
    re_path(rf"{_BASE}requests/(?P<number>[^/]+){_FORM}", views.service_request, name="open311_request"),
    re_path(rf"{_BASE}tokens/(?P<name>[^/]+){_FORM}", views.token, name="open311_token"),
    re_path(rf"{_BASE}.*\.(?P<form>json)$", views.nothing),
    re_path(rf"{_BASE}.*$", views.nothing),
]
