"""Somebody types a phone that is known here already: only the phone itself hears of it (decision 0040).

A page that said so would tell any stranger who is a party member or a volunteer.
"""

from django.utils.translation import gettext_lazy as _

from grids.models import today
from wangguan import clock
from wangguan.notify import hours, kinds, outbox
from wangguan.notify.outbox import Draft
from wangguan.privacy import keyed_hash
from wangguan.refusals import Refused

KIND = "party_already"


class Known(Refused):
    """This phone is entered already. The office reads the sentence, a stranger does not."""


def register() -> None:
    """Make the kind known to the outbox; called once at start-up."""
    kinds.register(
        kinds.Kind(
            KIND,
            _("You are entered already"),
            _("Somebody has just entered this phone once more; you are entered already: %(link)s"),
            "/together/me/",
            sms_template="PARTY_ALREADY",
        )
    )


def tell(phone: str) -> None:
    """Say it to the phone itself, once a day at most, within the window of reminders."""
    key = f"{KIND}:{keyed_hash(phone)[:24]}:{today().isoformat()}"
    outbox.add([Draft(key=key, kind=KIND, channel="sms", to=phone, not_before=hours.window(clock.now()))])
