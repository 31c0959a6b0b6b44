from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResidentsConfig(AppConfig):
    name = "residents"
    verbose_name = _("Homes, residents and visits")

    def ready(self) -> None:
        from grids import bar, network, reshape
        from grids.doors import may_enter_homes
        from residents import messages, strands
        from residents.redrawn import Homes

        messages.register()
        bar.register(bar.Tab("visits", _("Visits"), "door-open", "worker_visits", 40, may=may_enter_homes))
        reshape.register(Homes())
        network.register(strands.of_grid)
