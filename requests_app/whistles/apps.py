from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WhistlesConfig(AppConfig):
    name = "requests_app.whistles"
    verbose_name = _("Whistles")
