"""Figures with their definitions, rolled up by the worker, exact to five minutes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatisticsConfig(AppConfig):
    name = "requests_app.statistics"
    verbose_name = _("Statistics")

    def ready(self) -> None:
        from requests_app.desk import nav
        from requests_app.desk.nav import Group, Link
        from requests_app.statistics import replica
        from wangguan.observability import figures

        nav.register(Link(Group.RESULTS, _("Statistics"), "statistics", place=10))
        figures.register(replica.of_replica)
