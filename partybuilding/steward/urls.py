"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
