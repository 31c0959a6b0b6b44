from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StewardConfig(AppConfig):
    name = "partybuilding.steward"
    verbose_name = _("Red Steward")

    def ready(self) -> None:
        from partybuilding.steward import messages, pages

        messages.register()
        pages.register()
