"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from requests_app.statistics.views import pages

urlpatterns = [
    path("admin/statistics/", pages.statistics, name="statistics"),
    path("admin/statistics/behind/", pages.behind, name="statistics_behind"),
    path("admin/statistics/own/", pages.own, name="statistics_own"),
    path("worker/figures/", pages.own_worker, name="worker_figures"),
]
