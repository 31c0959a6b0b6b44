"""What people are told of their account."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from wangguan import clock
from wangguan.notify import kinds
from wangguan.notify.outbox import Draft

RESET = "second_factor_reset"


def register() -> None:
    """Make the kind known to the outbox; called once at start-up."""
    kinds.register(
        kinds.Kind(
            RESET,
            title=_("Your second factor was taken away"),
            text=_(
                "Sign in with your password and set up a new one. Was it not you who asked? Call the street."
            ),
            path="/accounts/2fa/",
            sms_template="STAFF_SECOND_FACTOR_RESET",
        )
    )


def of_reset(user: Any) -> list[Draft]:
    """In the portal, and by text message where there is a number: whoever did not ask has to hear of it."""
    channels = ["in_app", *(["sms"] if user.phone else [])]
    stamp = int(clock.now().timestamp())
    return [Draft(f"{RESET}:{user.pk}:{stamp}:{channel}", RESET, channel, user=user) for channel in channels]
