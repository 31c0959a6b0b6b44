from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "requests_app.reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from requests_app.desk import nav
        from requests_app.reports import access

        access.register()
        nav.register(
            nav.Link(
                nav.Group.RESULTS,
                _("Reports"),
                "reports",
                place=30,
                needs="reports.view_report",
            )
        )
