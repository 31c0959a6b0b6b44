"""Addresses of whistles under `/api/v1/`."""

from django.urls import path

from requests_app.whistles.api import whistles

urlpatterns = [
    path("whistles/", whistles.whistles, name="api_whistles"),
    path("whistles/<str:whistle_number>/", whistles.whistle, name="api_whistle"),
]
