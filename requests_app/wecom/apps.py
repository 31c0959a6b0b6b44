from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WecomConfig(AppConfig):
    name = "requests_app.wecom"
    verbose_name = _("WeCom")

    def ready(self) -> None:
        from requests_app.wecom import access

        access.register()
