from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "partybuilding.training"
    verbose_name = _("Training")

    def ready(self) -> None:
        from partybuilding.training import messages, pages

        messages.register()
        pages.register()
