from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResidentsConfig(AppConfig):
    name = "residents"
    verbose_name = _("Homes, residents and visits")

    def ready(self) -> None:
        from grids import network, reshape
        from residents import messages, strands
        from residents.redrawn import Homes

        messages.register()
        reshape.register(Homes())
        network.register(strands.of_grid)
