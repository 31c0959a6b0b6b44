"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
