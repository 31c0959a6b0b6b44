from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "requests_app.desk"
    verbose_name = _("The desk")

    def ready(self) -> None:
        from requests_app.desk import core, filters, messages, pages, panels, services
        from wangguan import lists

        messages.register()
        pages.register()
        core.register()
        panels.register()
        lists.connect(record=services.record_export, above=filters.above)
