"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from requests_app.whistles.views import department, drafts, office, resident


class Number(StringConverter):
    """A whistle's number, and nothing else: the stock admin's own pages lie beside ours."""

    regex = r"CS-\d{8}-\d{4,}"


register_converter(Number, "whistle")

urlpatterns = [
    path("admin/whistles/", office.whistles, name="whistles"),
    path("admin/whistles/new/", drafts.new, name="whistle_new"),
    path("admin/whistles/<whistle:number>/", office.whistle, name="whistle"),
    path("admin/whistles/<whistle:number>/edit/", drafts.edit, name="whistle_edit"),
    path("admin/whistles/<whistle:number>/steps/<str:step>/", office.step, name="whistle_step"),
    path("admin/whistles/<whistle:number>/calls/<int:pk>/rate/", office.rate, name="whistle_rate"),
    path("worker/whistles/", department.whistles, name="worker_whistles"),
    path("worker/whistles/count/", department.count, name="worker_whistles_count"),
    path("worker/whistles/<whistle:number>/", department.whistle, name="worker_whistle"),
    path(
        "worker/whistles/<whistle:number>/calls/<int:pk>/<str:step>/",
        department.step,
        name="worker_whistle_step",
    ),
    path("worker/whistles/<whistle:number>/dial/<int:pk>/", department.dial, name="worker_whistle_dial"),
    path(
        "worker/whistles/<whistle:number>/photos/<int:pk>/<str:size>/", department.photo, name="whistle_photo"
    ),
    path(
        "worker/whistles/<whistle:number>/requests/<int:pk>/<str:size>/",
        department.ticket_photo,
        name="whistle_ticket_photo",
    ),
    path(
        "worker/tickets/<str:ticket>/whistles/<whistle:number>/consent/",
        resident.record,
        name="whistle_consent",
    ),
    path("t/<str:token>/whistles/<whistle:number>/", resident.say, name="tracking_whistle"),
]
