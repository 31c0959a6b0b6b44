from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResidentsConfig(AppConfig):
    name = "residents"
    verbose_name = _("Homes, residents and visits")

    def ready(self) -> None:
        from residents import messages

        messages.register()
