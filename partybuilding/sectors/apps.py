from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SectorsConfig(AppConfig):
    name = "partybuilding.sectors"
    verbose_name = _("Emerging sectors")

    def ready(self) -> None:
        from grids import reshape
        from partybuilding.organisations import coverage
        from partybuilding.sectors import messages, pages
        from partybuilding.sectors.coverage import FIRMS
        from partybuilding.sectors.redrawn import Firms

        messages.register()
        pages.register()
        coverage.register(FIRMS)
        reshape.register(Firms())
