"""Questions about many messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Min, Q

from wangguan import clock
from wangguan.notify import hours, kinds

if TYPE_CHECKING:
    from wangguan.notify.models import Message

# A message in `sending` for longer was interrupted, and for longer than the slowest send can
# take: each of its steps (connect, write, read; SMTP has seven) may use up the time-out.
LEASE, STEPS = timedelta(seconds=60), 7


def lease() -> timedelta:
    return max(LEASE, STEPS * timedelta(seconds=settings.NOTIFY_TIMEOUT))


class MessageQuerySet(models.QuerySet["Message"]):
    # --- for pages -----------------------------------------------------------------------
    def inbox(self, user: Any) -> Self:
        """What `user` was told inside the portal, newest first."""
        return self.filter(channel="in_app", state="sent", user=user).order_by("-sent_at", "-pk")

    def unread(self, user: Any) -> Self:
        return self.inbox(user).filter(read_at=None)

    def unread_count(self, user: Any, *, cap: int = 99) -> int:
        """How many unread messages `user` has; counting stops at `cap`."""
        return self.unread(user)[:cap].count()

    def mark_read(self) -> int:
        """Mark these as read now; how many were unread."""
        return self.filter(read_at=None).update(read_at=clock.now())

    def about(self, topic: str) -> Self:
        """Every message about one topic (a ticket's number), oldest first."""
        return self.filter(topic=topic).order_by("pk")

    def without_report(self, before: datetime) -> Self:
        """SMS that the gateway took before the moment `before` and never reported on."""
        return self.filter(channel="sms", state="sent", delivered_at=None, sent_at__lt=before)

    # --- for operators -------------------------------------------------------------------
    def oldest_unsent_answer(self) -> datetime | None:
        """When the oldest answer that has not left should have gone; reads only the index of what waits."""
        names = [kind.name for kind in kinds.known() if kind.is_answer]
        waiting = self.leading().filter(lane=0, state__in=["queued", "failed"], kind__in=names)
        return waiting.aggregate(oldest=Min("not_before"))["oldest"]

    # --- for sending ---------------------------------------------------------------------
    def in_lanes(self, lanes: Iterable[int]) -> Self:
        """Messages whose turn is one of these."""
        return self.filter(lane__in=list(lanes))

    def leading(self) -> Self:
        """Messages that go out under their own key, not inside another one's digest."""
        return self.filter(sent_with=None)

    def due(self, now: datetime) -> Self:
        """Messages whose time to be sent has come; routine ones only inside the window."""
        due = self.leading().filter(state__in=["queued", "failed"], next_try_at__lte=now)
        return due if hours.is_open(now) else due.filter(routine=False)

    def stale(self, now: datetime) -> Self:
        """Messages that somebody began to send and never finished."""
        return self.leading().filter(state="sending", claimed_at__lt=now - lease())

    def take(self, now: datetime, **fields: Any) -> int:
        """Claim these for sending; how many were still to be had."""
        return self.update(state="sending", claimed_at=now, attempts=F("attempts") + 1, **fields)

    def together(self, lead: Message, now: datetime) -> Self:
        """`lead` and what leaves with it, as long as all of it is still to be had.

        A person's routine reminders gather in one digest until it is tried; then it stays
        as it is, because the channel may know it by its key.
        """
        if lead.attempts:
            return self.parcel(lead.pk).filter(state__in=["queued", "failed"], next_try_at__lte=now)
        if lead.routine and lead.user_id:
            gathered = self.due(now).filter(state="queued", attempts=0, routine=True)
            return gathered.filter(user=lead.user_id, channel=lead.channel)
        return self.due(now).filter(pk=lead.pk)

    def parcel(self, pk: int | None) -> Self:
        """The message `pk` and those that went in its digest, in the order in which they are locked."""
        return self.filter(Q(pk=pk) | Q(sent_with_id=pk)).order_by("pk")
