"""How an alarm reads."""

from django.utils.translation import gettext_lazy as _

from wangguan.notify import kinds
from wangguan.observability import alarms

PATH = "/admin/notify/message/"


def register() -> None:
    """Make the kinds known to the outbox; called once at start-up."""
    kinds.register(
        kinds.Kind(
            alarms.ANSWERS,
            _("Answers are not going out"),
            _(
                "The oldest unsent answer has waited for %(minutes)s minutes. Please tell whoever runs the "
                "portal; until it is mended, call the residents."
            ),
            PATH,
        )
    )
    kinds.register(
        kinds.Kind(
            alarms.BEAT,
            _("The portal's clock stands still"),
            _(
                "Nothing was started on time for %(minutes)s minutes: no reminders, no deadlines. Please "
                "tell whoever runs the portal to start beat again."
            ),
            PATH,
        )
    )
