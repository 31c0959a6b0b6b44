"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path
from django.urls.resolvers import URLPattern

from partybuilding.duties.views import office, phone

urlpatterns: list[URLPattern] = [
    path("admin/party/duties/", office.duties, name="party_duties"),
    path("admin/party/duties/next-year/", office.next_year, name="party_duties_next_year"),
    path("admin/party/duties/<int:key>/", office.duty, name="party_duty"),
    path("admin/party/duties/<int:key>/<int:turn>/<slug:name>/", office.step, name="party_duty_step"),
    path("worker/duties/", phone.duties, name="worker_duties"),
    path("worker/duties/<int:key>/", phone.turn, name="worker_duty_turn"),
    path("worker/duties/<int:key>/report/", phone.report, name="worker_duty_report"),
    path("worker/duties/<int:key>/photos/<int:pk>/<slug:size>/", phone.photo, name="worker_duty_photo"),
]
