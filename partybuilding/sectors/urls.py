"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path
from django.urls.resolvers import URLPattern

from partybuilding.sectors.views import files, maps, office, phone

urlpatterns: list[URLPattern] = [
    path("admin/party/sectors/", office.firms, name="sectors"),
    path("admin/party/sectors/map/", maps.firm_map, name="sectors_map"),
    path("admin/party/sectors/coverage/", office.coverage, name="sectors_coverage"),
    path("admin/party/sectors/new/", office.new, name="sector_firm_new"),
    path("admin/party/sectors/import/", files.bring_in, name="sectors_import"),
    path("admin/party/sectors/import/template/", files.template, name="sectors_import_template"),
    path("admin/party/sectors/<int:key>/", office.firm, name="sector_firm"),
    path("admin/party/sectors/<int:key>/call/", office.dial, name="sector_firm_call"),
    path("admin/party/sectors/<int:key>/<slug:name>/", office.act, name="sector_firm_step"),
    path("worker/sectors/", phone.mine, name="worker_sectors"),
    path("worker/sectors/new/", phone.new, name="worker_sector_new"),
    path("worker/sectors/<int:key>/", phone.firm, name="worker_sector_firm"),
    path("worker/sectors/<int:key>/call/", phone.dial, name="worker_sector_call"),
    path("worker/sectors/<int:key>/<slug:name>/", phone.act, name="worker_sector_step"),
]
