"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from requests_app.desk.views import (
    auditlog,
    duty,
    filters,
    finding,
    front,
    handover,
    network,
    registers,
    reshaping,
    several,
    territory,
)

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
    path("worker/duty/", handover.own, name="worker_duty"),
    path("worker/duty/notes/<int:key>/read/", handover.own_read, name="worker_duty_read"),
    path("admin/desk/several/", several.several, name="desk_several"),
    path("admin/desk/act/<str:number>/<str:name>/", front.act, name="desk_act"),
    path("admin/territory/", territory.territory, name="territory"),
    path("admin/territory/<str:code>/boundary/", territory.boundary, name="boundary"),
    path("admin/territory/<str:code>/boundary/check/", territory.check, name="boundary_check"),
    path("admin/territory/changes/", reshaping.records, name="reshapings"),
    path("admin/territory/changes/<int:pk>/", reshaping.record, name="reshaping"),
    path("admin/territory/<str:code>/split/check/", reshaping.check, name="split_check"),
    path("admin/territory/<str:code>/<str:kind>/", reshaping.change, name="reshape"),
    path("admin/grids/<str:code>/network/", network.grid, name="grid_network"),
    path("admin/line-codes/", network.line_codes, name="line_codes"),
    path("admin/line-codes/file/", network.line_codes_file, name="line_codes_file"),
    path("admin/auditlog/", auditlog.log, name="auditlog"),
    path("admin/auditlog/file/", auditlog.file, name="auditlog_file"),
    path("admin/registers/", registers.registers, name="desk_registers"),
]
