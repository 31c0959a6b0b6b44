from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Open311Config(AppConfig):
    name = "requests_app.open311"
    verbose_name = _("Open311")

    def ready(self) -> None:
        from requests_app import beside
        from requests_app.open311 import access, panel

        access.register()
        beside.register(for_staff=panel.for_staff)
