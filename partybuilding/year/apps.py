from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class YearConfig(AppConfig):
    name = "partybuilding.year"
    verbose_name = _("Page of the year")

    def ready(self) -> None:
        from requests_app.desk import nav

        nav.register(nav.Link(nav.Group.PARTY, _("The year in figures"), "party_year", place=90))
