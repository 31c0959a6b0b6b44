"""Addresses that maps ask."""

from django.urls import path

from grids import views

urlpatterns = [
    path("boundaries.json", views.outlined, name="places_boundaries"),
    path("at/", views.at, name="places_at"),
]
