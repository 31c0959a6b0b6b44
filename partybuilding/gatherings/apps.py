from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatheringsConfig(AppConfig):
    name = "partybuilding.gatherings"
    verbose_name = _("Gatherings")

    def ready(self) -> None:
        from partybuilding.gatherings import messages, pages

        messages.register()
        pages.register()
