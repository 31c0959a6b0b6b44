from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "wangguan.accounts"
    label = "accounts"
    verbose_name = _("signing in")

    def ready(self) -> None:
        from wangguan import rotation
        from wangguan.accounts import events, messages
        from wangguan.accounts.rotation import renew

        events.connect()
        messages.register()
        rotation.also(renew)
