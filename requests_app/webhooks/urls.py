"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from requests_app.webhooks import views

urlpatterns = [
    path("admin/webhooks/", views.subscribers, name="webhooks"),
    path("admin/webhooks/new/", views.new, name="webhook_new"),
    path("admin/webhooks/<int:pk>/", views.subscriber, name="webhook"),
    path("admin/webhooks/<int:pk>/edit/", views.edit, name="webhook_edit"),
    path("admin/webhooks/<int:pk>/secret/", views.rotate, name="webhook_rotate"),
    path("admin/webhooks/<int:pk>/secret/end/", views.end_old_secret, name="webhook_end_old"),
    path("admin/webhooks/<int:pk>/pause/", views.pause, name="webhook_pause"),
    path("admin/webhooks/<int:pk>/resume/", views.resume, name="webhook_resume"),
    path("admin/webhooks/<int:pk>/test/", views.test, name="webhook_test"),
    path("admin/webhooks/<int:pk>/since/", views.since, name="webhook_since"),
    path("admin/webhooks/<int:pk>/log/<int:delivery>/again/", views.again, name="webhook_again"),
]
