"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from requests_app.announcements.views import office, worker

urlpatterns = [
    path("admin/announcements/", office.announcements, name="announcements"),
    path("admin/announcements/new/", office.new, name="announcement_new"),
    path("admin/announcements/<int:pk>/", office.announcement, name="announcement"),
    path("admin/announcements/<int:pk>/edit/", office.edit, name="announcement_edit"),
    path("admin/announcements/<int:pk>/withdraw/", office.withdraw, name="announcement_withdraw"),
    path("worker/announcements/", worker.announcements, name="worker_announcements"),
    path("worker/announcements/<int:pk>/", worker.announcement, name="worker_announcement"),
    path("worker/announcements/<int:pk>/pasted/", worker.pasted, name="worker_announcement_pasted"),
]
