"""Addresses of this room, whole: `wangguan.urls` includes them at the root."""

from django.urls import path

from requests_app.statistics.views import pages

urlpatterns = [
    path("admin/statistics/", pages.statistics, name="statistics"),
    path("admin/statistics/behind/", pages.behind, name="statistics_behind"),
    path("admin/statistics/own/", pages.own, name="statistics_own"),
    path("admin/statistics/own/behind/", pages.own_behind, name="statistics_own_behind"),
    path("worker/figures/behind/", pages.own_worker_behind, name="worker_figures_behind"),
    path("worker/figures/", pages.own_worker, name="worker_figures"),
]
