"""What the outbox asks about subscribers when it sends, and writes down about each try."""

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Greatest

from requests_app.models import Ticket
from requests_app.webhooks.models import Delivery, Subscriber
from requests_app.webhooks.queries import WAITING
from requests_app.webhooks.services import pausing
from requests_app.webhooks.terms import TEST, Why
from wangguan import clock
from wangguan.notify import delivery
from wangguan.notify.channels import Parcel, Refused
from wangguan.notify.channels.webhook import GONE, Endpoint, Tried
from wangguan.notify.models import Message
from wangguan.notify.queries import MessageQuerySet

PATIENCE = timedelta(hours=24)
"""A subscriber that takes nothing for so long is paused."""


class Subscribers:
    """The book that `wangguan.notify.channels.webhook` reads."""

    def endpoint(self, parcel: Parcel) -> Endpoint:
        """Where it goes.

        Raises:
            Refused: the subscriber is paused, or its account may not see the matter any more.
        """
        row = Subscriber.objects.select_related("user").get(pk=parcel.address)
        if parcel.context["type"] != TEST:
            _check(row, str(parcel.context["number"]))
        return Endpoint(row.url, row.secrets)

    @transaction.atomic
    def tried(self, parcel: Parcel, tried: Tried) -> None:
        """Keep it in the log, and how the subscriber fares; a day in vain pauses it."""
        now, took = clock.now(), round(tried.took.total_seconds() * 1000)
        log = Delivery.objects.filter(message__key=parcel.key)
        log.update(tried_at=now, reply_status=tried.status, took_ms=took)
        row = Subscriber.objects.select_for_update(no_key=True).get(pk=parcel.address)
        if tried.code:
            _failed(row, tried, parcel.key)
        else:
            _took(row)


def _check(row: Subscriber, number: str) -> None:
    if not row.is_active:
        raise Refused("paused")
    if not Ticket.objects.filter(number=number, about_staff=False).visible_to(row.user).exists():
        raise Refused("not_visible")


def _took(row: Subscriber) -> None:
    row.last_success_at = clock.now()
    was_failing, row.failing_since, row.failures, row.last_error = row.failing_since, None, 0, ""
    row.save(update_fields=["last_success_at", "failing_since", "failures", "last_error"])
    if was_failing:
        _hurry(row)


def _failed(row: Subscriber, tried: Tried, key: str) -> None:
    now = clock.now()
    row.failing_since = row.failing_since or now
    row.failures, row.last_error = row.failures + 1, tried.code
    row.save(update_fields=["failing_since", "failures", "last_error"])
    if not row.is_active:
        return
    if tried.status == GONE:
        pausing.pause(row, why=Why.GONE)
    elif now - row.failing_since >= PATIENCE:
        pausing.pause(row, why=Why.FAILING)
    else:
        _rest(row, key)


def _rest(row: Subscriber, key: str) -> None:
    """What else waits for this subscriber need not find out by itself: one tries, ever more rarely."""
    until = clock.now() + delivery.doubled(row.failures, longest=delivery.LONGEST_PAUSE_OUTWARD)
    waiting = _messages(row).filter(state__in=WAITING, next_try_at__lt=until).exclude(key=key)
    waiting.update(next_try_at=until)


def _hurry(row: Subscriber) -> None:
    """It answers again: what was not tried itself need not wait any longer."""
    untried = _messages(row).filter(state__in=WAITING, attempts=0)
    untried.update(next_try_at=Greatest("not_before", clock.now()))


def _messages(row: Subscriber) -> MessageQuerySet:
    return Message.objects.filter(delivery__subscriber=row)
