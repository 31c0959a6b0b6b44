"""Addresses of the workers' rooms of homes, visits and venues."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
