"""How subscribers and deliveries read on a page."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests_app.webhooks.models import Delivery, Subscriber
from requests_app.webhooks.terms import STEP_LABELS, TEST, Group
from wangguan.notify.models import State

ERRORS: dict[str, Promise] = {
    "no_connection": _("no connection"),
    "timeout": _("no answer in time"),
    "no_reply": _("the connection broke off"),
    "redirect": _("it points elsewhere; redirects are not followed"),
    "no_such_name": _("its name is not known"),
    "private_address": _("its name leads into a private network"),
    "paused": _("the subscriber was paused"),
    "not_visible": _("its account may not see this matter any more"),
}
"""What went wrong, in words; `http_500` reads as its number."""


@dataclass(frozen=True)
class Line:
    """One row of the log."""

    delivery: Delivery

    @property
    def label(self) -> Promise | str:
        """What happened."""
        kind = self.delivery.kind
        return _("Test") if kind == TEST else STEP_LABELS.get(kind, kind)

    @property
    def state(self) -> Promise | str:
        message = self.delivery.message
        if message.delivered_at:
            return _("Arrived")
        return State(message.state).label

    @property
    def why(self) -> Promise | str:
        """What the last try met; empty when all is well."""
        error = self.delivery.message.error
        return said(error) if error else ""

    @property
    def may_go_again(self) -> bool:
        waiting = (State.QUEUED, State.SENDING, State.FAILED)
        return self.delivery.event_id is not None and self.delivery.message.state not in waiting


def said(error: str) -> Promise | str:
    """An error's code in words."""
    return ERRORS.get(error, error.replace("http_", "HTTP "))


def wishes(row: Subscriber) -> list[str]:
    """What it hears, as a list of words."""
    labels = {**STEP_LABELS, **dict(Group.choices)}
    return [str(labels.get(name, name)) for name in row.events]
