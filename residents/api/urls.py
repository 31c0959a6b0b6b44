"""Addresses of visits under `/api/v1/`."""

from django.urls import path

from residents.api import visits

urlpatterns = [
    path("visits/", visits.visits, name="api_visits"),
    path("visits/waiting/", visits.waiting, name="api_visits_waiting"),
]
