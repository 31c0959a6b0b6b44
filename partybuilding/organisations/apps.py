from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "partybuilding.organisations"
    verbose_name = _("Party organisations")

    def ready(self) -> None:
        from partybuilding.organisations import messages, pages

        messages.register()
        pages.register()
