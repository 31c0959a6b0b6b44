"""Questions about many deliveries."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from wangguan.notify.models import State

if TYPE_CHECKING:
    from requests_app.webhooks.models import Delivery  # noqa: F401  (named in a string)

WAITING = (State.QUEUED, State.FAILED)
STATES: dict[str, Q] = {
    "arrived": Q(message__delivered_at__isnull=False),
    "waiting": Q(message__state__in=[*WAITING, State.SENDING]),
    "given_up": Q(message__state__in=[State.DEAD, State.UNKNOWN]),
    "cancelled": Q(message__state=State.CANCELLED),
}
"""How a log may be narrowed."""


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> "DeliveryQuerySet":
        """Not sent yet, or to be tried again."""
        return self.filter(message__state__in=WAITING)

    def in_state(self, name: str) -> "DeliveryQuerySet":
        """Those of one of `STATES`; of every one when there is none of this name."""
        return self.filter(STATES.get(name, Q()))
