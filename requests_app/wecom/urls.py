"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from requests_app.wecom import signing_in, views

urlpatterns = [
    path("wecom/callback/", views.callback, name="wecom_callback"),
    path("wecom/sign-in/", signing_in.begin, name="wecom_sign_in"),
    path("wecom/signed-in/", signing_in.back, name="wecom_back"),
]
