"""Email through Django's backend; the Message-ID comes from the key."""

import hashlib
import smtplib
from typing import NoReturn
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from wangguan.notify.channels.base import NotSent, Parcel, Receipt, Refused, Unclear


def drops_repeats() -> bool:
    """Some mailboxes drop a repeated Message-ID, many do not."""
    return False


def message_id(key: str) -> str:
    """The Message-ID of the message with this key (RFC 5322 §3.6.4)."""
    host = urlsplit(settings.SITE_URL).hostname
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{host}>"


def send(parcel: Parcel) -> Receipt:
    post(_mail(parcel))
    return Receipt(gateway_id=message_id(parcel.key))


def post(mail: EmailMessage) -> None:
    """Hand one mail over. The connection is opened first, so that a dead server is known from a lost reply.

    Raises:
        NotSent, Unclear, Refused: as every transport's `send`.
    """
    connection = get_connection(timeout=settings.NOTIFY_TIMEOUT)
    try:
        connection.open()
    except (OSError, smtplib.SMTPException):
        raise NotSent("no_connection") from None
    try:
        connection.send_messages([mail])
    except smtplib.SMTPException as error:
        _judge(error)
    except TimeoutError:
        raise Unclear("timeout") from None
    except OSError:
        raise Unclear("no_reply") from None
    finally:
        connection.close()


def _mail(parcel: Parcel) -> EmailMessage:
    tail = f"\n\n{parcel.link}" if parcel.link not in parcel.text else ""
    return EmailMessage(
        subject=" ".join(parcel.title.split()),
        body=parcel.text + tail,
        to=[parcel.address],
        headers={"Message-ID": message_id(parcel.key)},
    )


def _judge(error: smtplib.SMTPException) -> NoReturn:
    """4yz may pass later, 5yz will not (RFC 5321 §4.2.1); a cut line leaves it open."""
    code = min(_codes(error), default=0)
    if not code:
        raise Unclear("no_reply") from None
    raise (Refused if code >= 500 else NotSent)(f"smtp_{code}") from None


def _codes(error: smtplib.SMTPException) -> list[int]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _text in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []
