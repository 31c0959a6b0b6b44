"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from requests_app.hotline.views import replies, runs

urlpatterns = [
    path("admin/hotline/", runs.hotline, name="hotline"),
    path("admin/hotline/upload/", runs.upload, name="hotline_upload"),
    path("admin/hotline/replies/", replies.replies, name="hotline_replies"),
    path("admin/hotline/replies/<int:pk>/told/", replies.told, name="hotline_told"),
    path("admin/hotline/<int:pk>/", runs.run, name="hotline_run"),
    path("admin/hotline/<int:pk>/part/", runs.part, name="hotline_part"),
    path("admin/hotline/<int:pk>/columns/", runs.columns, name="hotline_columns"),
    path("admin/hotline/<int:pk>/tickets/", runs.tickets, name="hotline_tickets"),
    path("admin/hotline/<int:pk>/do/<str:action>/", runs.act, name="hotline_act"),
]
