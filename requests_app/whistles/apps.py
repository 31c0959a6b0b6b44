from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WhistlesConfig(AppConfig):
    name = "requests_app.whistles"
    verbose_name = _("Whistles")

    def ready(self) -> None:
        from requests_app import beside
        from requests_app.whistles import messages, pages, panels

        messages.register()
        pages.register()
        beside.offer(pages.DRAFT)
        beside.register(for_staff=panels.for_staff, for_resident=panels.for_resident)
