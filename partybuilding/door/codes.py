"""A code by text message instead of a password (decision 0040).

The code itself is kept nowhere but in the message that carries it, and there only until it was sent.
"""

import hmac
import secrets

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partybuilding.door import hats
from wangguan import clock
from wangguan.limits import Limit
from wangguan.notify import kinds, outbox
from wangguan.notify.models import Message
from wangguan.notify.outbox import Draft
from wangguan.privacy import keyed_hash
from wangguan.refusals import Refused

VALID_MINUTES = 10
TRIES = 5
KIND = "party_code"
A_MINUTE = Limit("party_code_minute", most=1, seconds=60, guards=True)
AN_HOUR = Limit("party_code_hour", most=5)
OF_ONE_PLACE = Limit("party_code_place", most=300)
"""Hundreds of phones share one address of a mobile operator, and a call-out brings them all in at once."""


def register() -> None:
    """Make the kind known to the outbox; called once at start-up."""
    kinds.register(
        kinds.Kind(
            KIND,
            gettext_lazy("A code to enter"),
            gettext_lazy("A code for the party-building pages was sent; it is valid for ten minutes."),
            sms_template="PARTY_CODE",
            sms_params=("code",),
            swift=True,
            on_delivered=_forget,
            on_failed=_forget,
            on_unknown=_forget,
        )
    )


def _forget(message: Message) -> None:
    """What was sent, or never will be, need not be kept."""
    Message.objects.filter(pk=message.pk).update(context={"code": ""})


def send(phone: str, *, place: str) -> None:
    """Send a code to this phone, if it is known here; to a stranger everything looks the same.

    Args:
        place: where the request came from (`limits.client_address`).

    Raises:
        Refused: too often, in a sentence that says when to come back.
    """
    _take(phone, place)
    phone_hash, code = keyed_hash(phone), f"{secrets.randbelow(10**6):06}"
    cache.set(_key(phone_hash), keyed_hash(code + phone_hash), VALID_MINUTES * 60)
    cache.set(_tries(phone_hash), 0, VALID_MINUTES * 60)
    if not hats.of(phone_hash):
        return
    if settings.DEMO:
        cache.set(_shown(phone_hash), code, VALID_MINUTES * 60)
    key = f"{KIND}:{phone_hash[:24]}:{clock.now().timestamp():.3f}"
    outbox.add([Draft(key=key, kind=KIND, channel="sms", to=phone, context={"code": code}, urgent=True)])


def _take(phone: str, place: str) -> None:
    if not OF_ONE_PLACE.take(place) or not AN_HOUR.take(phone):
        raise Refused(_("Too many codes were asked for. Please try again in an hour."), field="phone")
    if not A_MINUTE.take(phone):
        raise Refused(_("A code is on its way already. Please wait a minute."), field="phone")


def check(phone_hash: str, code: str) -> None:
    """Take a code; it opens once.

    Raises:
        Refused: wrong, too old, used, or tried too often.
    """
    wanted = cache.get(_key(phone_hash))
    if wanted is None or not _may_try(phone_hash):
        raise Refused(_("This code is not valid any more. Please ask for a new one."), field="code")
    if not hmac.compare_digest(wanted, keyed_hash(code + phone_hash)):
        raise Refused(_("The code is wrong. Please look at the newest message and try again."), field="code")
    if not cache.delete(_key(phone_hash)):
        raise Refused(_("This code is not valid any more. Please ask for a new one."), field="code")


def _may_try(phone_hash: str) -> bool:
    """Counts one try."""
    try:
        return cache.incr(_tries(phone_hash)) <= TRIES
    except ValueError:
        return False


def shown_in_demo(phone_hash: str) -> str:
    """The code for whoever looks at the demo, where no message leaves the machine; empty elsewhere."""
    return cache.get(_shown(phone_hash), "") if settings.DEMO else ""


def _key(phone_hash: str) -> str:
    return f"party-code:{phone_hash}"


def _tries(phone_hash: str) -> str:
    return f"party-code-tries:{phone_hash}"


def _shown(phone_hash: str) -> str:
    return f"party-code-shown:{phone_hash}"
