"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from requests_app.whistles.views import department, drafts, office, resident

urlpatterns = [
    path("admin/whistles/", office.whistles, name="whistles"),
    path("admin/whistles/new/", drafts.new, name="whistle_new"),
    path("admin/whistles/<str:number>/", office.whistle, name="whistle"),
    path("admin/whistles/<str:number>/edit/", drafts.edit, name="whistle_edit"),
    path("admin/whistles/<str:number>/steps/<str:step>/", office.step, name="whistle_step"),
    path("admin/whistles/<str:number>/calls/<int:pk>/rate/", office.rate, name="whistle_rate"),
    path("worker/whistles/", department.whistles, name="worker_whistles"),
    path("worker/whistles/<str:number>/", department.whistle, name="worker_whistle"),
    path(
        "worker/whistles/<str:number>/calls/<int:pk>/<str:step>/",
        department.step,
        name="worker_whistle_step",
    ),
    path("worker/whistles/<str:number>/dial/<int:pk>/", department.dial, name="worker_whistle_dial"),
    path("worker/whistles/<str:number>/photos/<int:pk>/<str:size>/", department.photo, name="whistle_photo"),
    path(
        "worker/whistles/<str:number>/requests/<int:pk>/<str:size>/",
        department.ticket_photo,
        name="whistle_ticket_photo",
    ),
    path(
        "worker/tickets/<str:ticket>/whistles/<str:number>/consent/",
        resident.record,
        name="whistle_consent",
    ),
    path("t/<str:token>/whistles/<str:number>/", resident.say, name="tracking_whistle"),
]
