"""SMS through an HTTP gateway; the protocol stands in docs/sms-gateway.md.

What leaves is an approved template with the few values its kind names, never an answer.
"""

from django.conf import settings

from wangguan.notify.channels import http
from wangguan.notify.channels.base import NotSent, Parcel, Receipt


def drops_repeats() -> bool:
    return settings.SMS_DROPS_REPEATS


def send(parcel: Parcel) -> Receipt:
    if not (settings.SMS_GATEWAY_URL and settings.SMS_GATEWAY_TOKEN):
        raise NotSent("not_configured")
    reply = http.post(
        settings.SMS_GATEWAY_URL,
        {
            "phone": parcel.address,
            "signature": settings.SMS_SIGNATURE,
            "template": parcel.kind.sms_template,
            "params": _params(parcel),
            "key": parcel.key,
        },
        headers={"Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}", "Idempotency-Key": parcel.key},
    )
    return Receipt(gateway_id=tame(reply.body.get("id", "")))


def tame(number: object) -> str:
    """The gateway's number for a message, fit to be kept: printable, at most 100 characters."""
    return "".join(filter(str.isprintable, str(number)))[:100]


def _params(parcel: Parcel) -> dict[str, str]:
    values = {**parcel.context, "link": parcel.link}
    return {name: str(values.get(name, "")) for name in parcel.kind.sms_params}
