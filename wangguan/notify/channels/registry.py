"""Which transport serves which channel."""

from typing import cast

from django.conf import settings

from wangguan.notify.channels import console, email, in_app, sms, webhook, wecom
from wangguan.notify.channels.base import Transport

# The console stands in for the SMS gateway where there is none.
_SMS = {"gateway": sms, "console": console}
_OTHERS = {"in_app": in_app, "wecom": wecom, "email": email, "webhook": webhook}


def transport(channel: str) -> Transport:
    """The module that carries messages of `channel`.

    Raises:
        KeyError: no such channel, or `settings.SMS_BACKEND` names none.
    """
    return cast(Transport, _SMS[settings.SMS_BACKEND] if channel == "sms" else _OTHERS[channel])
