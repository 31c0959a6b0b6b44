from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TeamsConfig(AppConfig):
    name = "partybuilding.teams"
    verbose_name = _("Vanguard teams")

    def ready(self) -> None:
        from partybuilding.teams import messages, pages

        messages.register()
        pages.register()
