"""Addresses of the territory under `/api/v1/`."""

from django.urls import path

from grids.api import places

urlpatterns = [
    path("grids/", places.grids, name="api_grids"),
    path("grids/<str:code>/", places.grid, name="api_grid"),
    path("locate/", places.locate, name="api_locate"),
]
