from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ObservabilityConfig(AppConfig):
    name = "wangguan.observability"
    verbose_name = _("What operators see")

    def ready(self) -> None:
        from wangguan.observability import carrying, crashes, figures, messages, sources

        carrying.connect()
        crashes.connect()
        messages.register()
        figures.register(sources.of_outbox)
        figures.register(sources.of_connections)
