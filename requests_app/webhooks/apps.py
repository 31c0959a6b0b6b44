from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "requests_app.webhooks"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        from requests_app import told_on
        from requests_app.desk import nav
        from requests_app.webhooks import access
        from requests_app.webhooks.services import pausing, sending
        from requests_app.webhooks.services.book import Subscribers
        from wangguan.notify import kinds
        from wangguan.notify.channels import webhook

        access.register()
        kinds.register(sending.EVENT)
        kinds.register(pausing.PAUSED)
        webhook.register(Subscribers())
        told_on.hear(told_on.Ear(sending.heard, sending.taken_back))
        nav.register(nav.Link(nav.Group.RULES, _("Webhooks"), "webhooks", place=85, needs=access.READ))
