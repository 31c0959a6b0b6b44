"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import URLPattern, path

from requests_app.supervision.views import office, phone

urlpatterns: list[URLPattern] = [
    path("admin/supervision/", office.cases, name="supervision"),
    path("admin/supervision/units/", office.units, name="supervision_units"),
    path("admin/supervision/<int:key>/", office.case, name="supervision_case"),
    path("admin/supervision/<int:key>/<slug:name>/", office.act, name="supervision_act"),
    path("worker/supervision/", phone.asked, name="worker_supervision"),
    path("worker/supervision/<int:key>/", phone.case, name="worker_supervision_case"),
    path("worker/supervision/<int:key>/<slug:name>/", phone.act, name="worker_supervision_act"),
    path("worker/tickets/<str:number>/supervise/", phone.supervise, name="worker_supervise"),
]
