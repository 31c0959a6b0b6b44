"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from requests_app.wecom import views

urlpatterns = [path("wecom/callback/", views.callback, name="wecom_callback")]
