"""Following somebody else's matter: beginning, stopping, and hearing of its answer."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from requests_app import messages
from requests_app.models import Answer, Follow, FollowKind, Ticket
from wangguan import clock
from wangguan.notify import outbox
from wangguan.notify.models import Message
from wangguan.notify.outbox import Draft
from wangguan.privacy import keyed_hash


def follow(ticket: Ticket, *, kind: str, device: str, phone: str = "") -> Follow:
    """Follow a matter from a device, and by text message when a phone is given (eleven digits).

    The same device again is the same following, begun anew if it was stopped. A phone that
    already hears of this matter, its own resident's too, is not told twice and counts once.
    """
    with transaction.atomic():
        # A second tap waits here and finds the first one's row.
        Ticket.objects.select_for_update(no_key=True).only("pk").get(pk=ticket.pk)
        device_hash, phone_hash = keyed_hash(device), keyed_hash(phone)
        row = ticket.follows.filter(device_hash=device_hash).first()
        if row is None:
            row = Follow(ticket=ticket, device_hash=device_hash, kind=FollowKind.FOLLOW)
        known = bool(phone) and _hears_already(ticket, phone_hash, row)
        if phone and not known:
            row.phone, row.phone_hash = phone, phone_hash
        if kind == FollowKind.VOICE and row.kind != FollowKind.VOICE and not known:
            row.kind = FollowKind.VOICE
            Ticket.objects.filter(pk=ticket.pk).update(voices=F("voices") + 1)
        row.stopped_at = None
        row.save()
    return row


def _hears_already(ticket: Ticket, phone_hash: str, row: Follow) -> bool:
    others = ticket.follows.filter(phone_hash=phone_hash).exclude(pk=row.pk)
    return ticket.phone_hash == phone_hash or others.exists()


def stop_following(row: Follow) -> None:
    """No more messages; the phone is erased here and from the messages that carried it."""
    with transaction.atomic():
        told = Message.objects.about(row.ticket.number).filter(context__token=row.token)
        outbox.cancel(told.values_list("key", flat=True))
        told.filter(state__in=("sent", "dead", "cancelled")).update(to="")
        row.phone = row.phone_hash = ""
        row.stopped_at = row.stopped_at or clock.now()
        row.save(update_fields=["phone", "phone_hash", "stopped_at"])


def about_answer(given: Answer, ticket: Ticket, *, besides: set[str]) -> list[Draft]:
    """Messages to those who follow `ticket` that it has an answer.

    `besides` holds hashes of the phones that hear of this answer already, its parent's
    followers for one; those told now are added.
    """
    return _to_followers("followed_answered", ticket, phase=f"a{given.pk}", besides=besides)


def about_withdrawal(ticket: Ticket) -> list[Draft]:
    """Messages that nobody works on it any more: whoever only joined in has to tell it anew."""
    return _to_followers("followed_withdrawn", ticket, phase=f"v{ticket.version}", besides=set())


def _to_followers(kind: str, ticket: Ticket, *, phase: str, besides: set[str]) -> list[Draft]:
    rows = [row for row in _running(ticket) if row.phone_hash not in besides]
    besides |= {row.phone_hash for row in rows if row.has_phone}
    if rows:
        Follow.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=clock.now())
    return [messages.to_follower(kind, row, ticket, phase=phase) for row in rows if row.has_phone]


def _running(ticket: Ticket) -> Iterable[Follow]:
    return ticket.follows.filter(stopped_at__isnull=True)
