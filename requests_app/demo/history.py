"""Sixty days of a street, played: matters told, worked on, answered, with the reminders of those days.

The people act through the real services while the one clock stands at the simulated moment;
between their acts the real sweep runs whenever something fell due, and the audit every night.
One transaction, so that a history is there whole or not at all.
"""

import heapq
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Case, DateTimeField, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone

from grids import demo as territory
from requests_app.demo.cases import Casting
from requests_app.demo.story import Moments, Staff, Story, submission_id
from requests_app.models import Answer, Ticket, Verdict
from requests_app.roster import Roster
from requests_app.services import audit, due, publishing
from requests_app.workflow import Level, Outcome, Status
from wangguan import clock
from wangguan.notify import outbox
from wangguan.notify.models import Channel, Message, State

LEDGER_DAYS = 14
AUDIT_AT = time(2, 30)
PUBLISHED_AT = time(9, 30)
WAITING = 4
"""So many matters wait for the person who decides whether they are shown."""
UNREAD_FOR = timedelta(days=2)
"""What the inbox got earlier counts as read."""
_MINUTE = timedelta(minutes=1)


def load() -> int:
    """Make the demo's people, roster, codes and history where they are not there yet.

    Returns the number of tickets told; 0 when the history was there already.

    Raises:
        grids.demo.OnlyInDemo: `settings.DEMO` is off.
    """
    territory.create_people()
    territory.create_roster()
    territory.create_qr_codes()
    if is_loaded():
        return 0
    with _all_or_nothing(), outbox.unnudged(), Roster.whole().standing():
        return Player(until=clock.now()).play()


@contextmanager
def _all_or_nothing() -> Iterator[None]:
    """One transaction, without a savepoint around each of some thousand steps: none is ever taken back."""
    features = connection.features
    features.uses_savepoints = False
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # Joins as they are written: with so few rows, planning them costs ten times their running.
            cursor.execute("SET LOCAL join_collapse_limit = 1")
            yield
    finally:
        features.uses_savepoints = True


def is_loaded() -> bool:
    """Whether the demo's first matter is there."""
    return Ticket.objects.filter(submission_id=submission_id(0)).exists()


class Player:
    """Plays every story up to one moment, in the order of time."""

    def __init__(self, *, until: datetime) -> None:
        self.until = until
        self.staff = Staff()
        self.stories: dict[int, Story] = {}
        self.queue: list[tuple[datetime, int, Moments]] = []
        self.night = until - timedelta(days=LEDGER_DAYS)
        self.wakes: datetime | None = None
        """Nothing falls due before this moment; None when nothing ever does."""

    def play(self) -> int:
        """Returns the number of tickets told."""
        for case in Casting(until=self.until).all():
            self.stories[case.index] = story = Story(case, self.staff, self.stories)
            self._go_on(story.play(), case.index, earliest=case.at)
        while self.queue and self.queue[0][0] <= self.until:
            moment, index, moments = heapq.heappop(self.queue)
            self._let_pass(moment)
            with clock.at(moment):
                self._go_on(moments, index, earliest=moment)
        self._let_pass(self.until)
        self._deliver()
        self._publish()
        return sum(story.ticket is not None for story in self.stories.values())

    def _go_on(self, moments: Moments, index: int, *, earliest: datetime) -> None:
        """Let a story act, and put it back for when it wants to go on."""
        following = next(moments, None)
        if following is not None:
            heapq.heappush(self.queue, (max(following, earliest), index, moments))
        story = self.stories[index]
        for ticket in (story.ticket, *(other.ticket for other in story.merged)):
            if ticket and ticket.wake_at:
                self.wakes = min(self.wakes or ticket.wake_at, ticket.wake_at)

    def _let_pass(self, moment: datetime) -> None:
        """What happens by itself until `moment`: reminders and closings, and the nightly audit."""
        while (night := _next(AUDIT_AT, self.night)) <= moment:
            self._sweep(night)
            with clock.at(night):
                audit.write_ledger()
            self.night = night
        self._sweep(moment)

    def _sweep(self, moment: datetime) -> None:
        """Look when beat would have looked and something was due; nothing is due in between."""
        waking = Ticket.objects.filter(wake_at__isnull=False).order_by("wake_at")
        while self.wakes and self.wakes <= moment:
            self.wakes = waking.values_list("wake_at", flat=True).first()
            if self.wakes and self.wakes <= moment:
                with clock.at(min(_next_minute(self.wakes), moment)):
                    due.sweep()

    def _deliver(self) -> None:
        """What was written in the past was sent then: nothing old leaves when the worker starts.

        Answers whose delivery nobody reported yet are sent and wait for their report.
        """
        unreported = Ticket.objects.filter(resolved_at__isnull=False, answered_at__isnull=True)
        waits = Q(kind__in=("answer", "declined"), topic__in=unreported.values("number"))
        at = Greatest(F("created_at"), F("not_before"))
        nothing = Value(None, output_field=DateTimeField())
        Message.objects.filter(state=State.QUEUED, not_before__lte=self.until).update(
            state=State.SENT,
            attempts=1,
            sent_at=at,
            delivered_at=Case(When(Q(channel=Channel.SMS) & ~waits, then=at), default=nothing),
        )
        old = Message.objects.filter(channel=Channel.IN_APP, sent_at__lt=self.until - UNREAD_FOR)
        old.filter(read_at__isnull=True).update(read_at=F("sent_at"))
        self._open()

    def _publish(self) -> None:
        """The communities have put most of what they may on the board; the newest still wait for them.

        Quarrels and people in need stay off it, whoever agreed: neighbours know whom it is about.
        """
        agreed = Ticket.objects.filter(may_publish=True, status=Status.CLOSED, outcome=Outcome.CONFIRMED)
        agreed = agreed.exclude(Q(category__code__startswith="11") | Q(category__code__startswith="12"))
        for ticket in agreed.with_units().exclude(community=None).order_by("-closed_at")[WAITING:]:
            with clock.at(min(_next(PUBLISHED_AT, ticket.closed_at or self.until), self.until)):
                readers = self.staff.of(ticket, Level.COMMUNITY)
                publishing.release(ticket, by=readers[0], text=publishing.proposed(ticket))
        self._publish_open()

    def _publish_open(self) -> None:
        """Every second open matter that neighbours see anyway may be read while it is worked on."""
        agreed = Ticket.objects.public().open().filter(answered_at__isnull=True, contested_at__isnull=True)
        for ticket in agreed.with_units().exclude(community=None).order_by("-pk")[::2]:
            text = replace(publishing.proposed(ticket), answer="")
            last = ticket.last_event()
            with clock.at(min((last.at if last else ticket.arrived_at) + timedelta(minutes=30), self.until)):
                publishing.release(ticket, by=self.staff.of(ticket, Level.COMMUNITY)[0], text=text)

    @staticmethod
    def _open() -> None:
        """Whoever gave a verdict had the page with the answer before them."""
        said = Verdict.objects.filter(answer=OuterRef("pk")).order_by("at").values("at")[:1]
        judged = Answer.objects.filter(verdicts__isnull=False, opened_at__isnull=True)
        judged.update(shown_at=Subquery(said), opened_at=Subquery(said))


def _next(hour: time, after: datetime) -> datetime:
    """The next moment after `after` at which the local clock shows `hour`."""
    local = timezone.localtime(after)
    day = local.date() + timedelta(days=local.time() >= hour)
    return timezone.make_aware(datetime.combine(day, hour))


def _next_minute(moment: datetime) -> datetime:
    """When beat looks next."""
    floor = moment.replace(second=0, microsecond=0)
    return floor if floor == moment else floor + _MINUTE
