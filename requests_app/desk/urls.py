"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from requests_app.desk.views import duty, filters, finding, front, handover, registers, several

urlpatterns = [
    # `admin:index` leads here: the stock front page is one of the registers.
    path("admin/", front.front, name="desk"),
    path("admin/desk/fresh/", front.fresh, name="desk_fresh"),
    path("admin/desk/keys/", front.keys, name="desk_keys"),
    path("admin/desk/find/", finding.find, name="desk_find"),
    path("admin/desk/found/", finding.found, name="desk_found"),
    path("admin/desk/filters/", filters.save, name="desk_filter_save"),
    path("admin/desk/filters/own/", filters.own, name="desk_filters"),
    path("admin/desk/filters/<int:key>/", filters.change, name="desk_filter_change"),
    path("admin/duty/", duty.week, name="desk_duty"),
    path("admin/duty/series/", duty.series, name="desk_duty_series"),
    path("admin/duty/swap/", duty.swap, name="desk_duty_swap"),
    path("admin/handover/", handover.notes, name="desk_handover"),
    path("admin/handover/<int:key>/read/", handover.read, name="desk_handover_read"),
    path("admin/desk/several/", several.several, name="desk_several"),
    path("admin/desk/<str:number>/<str:name>/", front.act, name="desk_act"),
    path("admin/registers/", registers.registers, name="desk_registers"),
]
