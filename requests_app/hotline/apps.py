from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HotlineConfig(AppConfig):
    name = "requests_app.hotline"
    verbose_name = _("Hotline")

    def ready(self) -> None:
        from requests_app import beside
        from requests_app.desk import nav
        from requests_app.hotline import access, messages, panel

        access.register()
        messages.register()
        beside.register(for_staff=panel.for_staff)
        nav.register(nav.Link(nav.Group.DISPATCH, _("Hotline"), "hotline", place=70, needs=access.READ))
