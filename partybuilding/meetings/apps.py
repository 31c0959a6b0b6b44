from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "partybuilding.meetings"
    verbose_name = _("Meetings")

    def ready(self) -> None:
        from partybuilding.meetings import messages, pages

        messages.register()
        pages.register()
