from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResidentsConfig(AppConfig):
    name = "residents"
    verbose_name = _("Homes, residents and visits")

    def ready(self) -> None:
        # The worker finds the tasks of files by this import; those of `tasks` it finds by itself.
        from residents import messages, messages_exchange, tasks_exchange  # noqa: F401

        messages.register()
        messages_exchange.register()
