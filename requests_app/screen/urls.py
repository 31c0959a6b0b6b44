"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from requests_app.screen.views import maps, wall

urlpatterns = [
    path("screen/", wall.screen, name="screen"),
    path("screen/part/", wall.part, name="screen_part"),
    path("admin/map/", maps.grid_map, name="grid_map"),
]
