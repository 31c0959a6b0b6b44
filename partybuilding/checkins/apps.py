from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CheckInsConfig(AppConfig):
    name = "partybuilding.checkins"
    verbose_name = _("Dual check-in")

    def ready(self) -> None:
        from partybuilding.checkins import messages, pages

        messages.register()
        pages.register()
