"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from partybuilding.council import views

urlpatterns = [
    path("admin/party/council/", views.listed, name="party_councils"),
    path("admin/party/council/new/", views.new, name="party_council_new"),
    path("admin/party/council/<int:pk>/", views.council, name="party_council"),
    path("admin/party/council/<int:pk>/join/<int:check_in>/", views.join, name="party_council_join"),
]
