from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CentreConfig(AppConfig):
    name = "partybuilding.centre"
    verbose_name = _("Service centre")

    def ready(self) -> None:
        from partybuilding.centre import messages, pages

        messages.register()
        pages.register()
