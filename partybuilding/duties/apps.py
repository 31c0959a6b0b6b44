from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DutiesConfig(AppConfig):
    name = "partybuilding.duties"
    verbose_name = _("Duty list")

    def ready(self) -> None:
        from partybuilding.duties import messages, pages

        messages.register()
        pages.register()
