from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnnouncementsConfig(AppConfig):
    name = "requests_app.announcements"
    verbose_name = _("Announcements")

    def ready(self) -> None:
        from requests_app.announcements import access, messages
        from requests_app.desk import nav

        messages.register()
        nav.register(
            nav.Link(
                nav.Group.GRIDS,
                _("Announcements"),
                "announcements",
                place=60,
                may=access.may_look,
            )
        )
