from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CouncilConfig(AppConfig):
    name = "partybuilding.council"
    verbose_name = _("Joint council")

    def ready(self) -> None:
        from partybuilding.council import pages

        pages.register()
