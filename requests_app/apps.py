from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RequestsConfig(AppConfig):
    name = "requests_app"
    verbose_name = _("Requests")

    def ready(self) -> None:
        from grids import network, reshape
        from requests_app import gauges, messages, roster, strands, tabs
        from requests_app.models.calendar import working_calendar
        from requests_app.services.asked import AskedOfVisits
        from requests_app.services.redrawn import Requests
        from residents import seams
        from wangguan import workdays
        from wangguan.observability import alarms, figures

        messages.register()
        tabs.register()
        workdays.load_from(working_calendar)
        seams.offer(AskedOfVisits)
        reshape.register(Requests())
        network.register(strands.of_grid)
        alarms.tell_whom(roster.street_leaders)
        figures.register(gauges.of_tickets)
