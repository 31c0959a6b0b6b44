from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotifyConfig(AppConfig):
    name = "wangguan.notify"
    verbose_name = _("Messages")

    def ready(self) -> None:
        from wangguan.notify import digest, kinds

        kinds.register(digest.KIND)
