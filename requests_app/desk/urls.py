"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from requests_app.desk.views import finding, front, registers, several

urlpatterns = [
    # `admin:index` leads here: the stock front page is one of the registers.
    path("admin/", front.front, name="desk"),
    path("admin/desk/fresh/", front.fresh, name="desk_fresh"),
    path("admin/desk/keys/", front.keys, name="desk_keys"),
    path("admin/desk/find/", finding.find, name="desk_find"),
    path("admin/desk/found/", finding.found, name="desk_found"),
    path("admin/desk/several/", several.several, name="desk_several"),
    path("admin/desk/<str:number>/<str:name>/", front.act, name="desk_act"),
    path("admin/registers/", registers.registers, name="desk_registers"),
]
