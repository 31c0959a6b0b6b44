"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from requests_app.desk.views import registers

urlpatterns = [
    path("admin/registers/", registers.registers, name="desk_registers"),
]
