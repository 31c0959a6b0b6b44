from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupervisionConfig(AppConfig):
    name = "requests_app.supervision"
    verbose_name = _("Supervision")

    def ready(self) -> None:
        from requests_app import voided
        from requests_app.supervision import messages, pages
        from requests_app.supervision.services import cases

        messages.register()
        pages.register()
        voided.hear(cases.withdraw_voided)
