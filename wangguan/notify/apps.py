from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class NotifyConfig(AppConfig):
    name = "wangguan.notify"
    verbose_name = _("Messages")

    def ready(self) -> None:
        from wangguan.notify import digest, kinds, models, wording

        kinds.register(digest.KIND)
        wording.load_from(models.wordings)
        post_migrate.connect(_list_kinds, sender=self)


def _list_kinds(**options: Any) -> None:
    """Every kind that the rooms registered gets its row, so that the office finds it."""
    from wangguan.notify import models

    models.make_missing_wordings()
