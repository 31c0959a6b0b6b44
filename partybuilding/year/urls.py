"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from partybuilding.year import views

urlpatterns = [
    path("admin/party/year/", views.year, name="party_year"),
    path("admin/party/year/<int:year>/", views.year, name="party_year_of"),
    path("admin/party/year/<int:year>/document/", views.document, name="party_year_document"),
]
