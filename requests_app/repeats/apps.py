from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RepeatsConfig(AppConfig):
    name = "requests_app.repeats"
    verbose_name = _("Repeats")

    def ready(self) -> None:
        from requests_app import voided
        from requests_app.repeats import messages, pages
        from requests_app.repeats.services import grouping

        messages.register()
        pages.register()
        voided.hear(grouping.drop_voided)
