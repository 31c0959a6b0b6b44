from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScreenConfig(AppConfig):
    name = "requests_app.screen"
    verbose_name = _("Wall screen")

    def ready(self) -> None:
        from requests_app.desk import nav
        from requests_app.desk.nav import Group, Link
        from requests_app.screen import access

        nav.register(
            Link(Group.RESULTS, _("Grid map"), "grid_map", place=30),
            Link(Group.RESULTS, _("Wall screen"), "screen", place=90, may=access.may_watch),
            Link(
                Group.RULES,
                _("Displays"),
                "admin:screen_display_changelist",
                place=70,
                needs="screen.view_display",
            ),
        )
