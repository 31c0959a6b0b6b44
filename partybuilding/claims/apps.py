from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClaimsConfig(AppConfig):
    name = "partybuilding.claims"
    verbose_name = _("Two-way claim")

    def ready(self) -> None:
        from partybuilding.claims import messages, pages, panels
        from requests_app import beside

        messages.register()
        pages.register()
        beside.register(for_staff=panels.for_staff)
