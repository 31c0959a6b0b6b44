"""Address of the figures under `/api/v1/`."""

from django.urls import path

from requests_app.statistics.api import figures

urlpatterns = [path("statistics/", figures.statistics, name="api_statistics")]
