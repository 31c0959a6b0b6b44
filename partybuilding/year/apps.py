from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class YearConfig(AppConfig):
    name = "partybuilding.year"
    verbose_name = _("Page of the year")
