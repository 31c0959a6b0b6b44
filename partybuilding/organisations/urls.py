"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from partybuilding.organisations.views import office

urlpatterns = [
    path("admin/party/", office.organisations, name="party"),
    path("admin/party/coverage/<slug:key>/", office.lacking, name="party_lacking"),
    path("admin/party/organisations/<int:pk>/", office.organisation, name="party_organisation"),
    path("admin/party/projects/", office.projects, name="party_projects"),
    path("admin/party/projects/<int:pk>/", office.project, name="party_project"),
    path("admin/party/projects/<int:pk>/<int:milestone>/", office.reach, name="party_milestone"),
    path(
        "admin/party/projects/<int:pk>/pictures/<int:picture>/<str:size>/",
        office.picture,
        name="party_picture",
    ),
]
