from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DoorConfig(AppConfig):
    name = "partybuilding.door"
    verbose_name = _("Known by phone")

    def ready(self) -> None:
        from partybuilding.door import already, codes

        codes.register()
        already.register()
