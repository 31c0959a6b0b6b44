"""What must not stay unnoticed: an answer that was not sent, a beat that does not beat.

`found()` looks; `tell()` writes what was found into the outbox, each alarm once an hour at most, because
its key names the hour. The worker's watcher calls both (`wangguan.observability.watcher`), `manage.py alerts`
only looks. Who is told stands with the people: a higher room registers it with `tell_whom`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import redis
from django.conf import settings
from django.utils.translation import gettext as _

from wangguan import clock
from wangguan.notify import outbox
from wangguan.notify.models import Channel, Message
from wangguan.notify.outbox import Draft
from wangguan.observability import heart

ANSWERS, BEAT = "alarm_answers", "alarm_beat"
"""Kinds of message (`wangguan.observability.messages`)."""
Whom = Callable[[], Iterable[Any]]
_whom: list[Whom] = []


@dataclass(frozen=True)
class Alarm:
    """Something is wrong for `since`; None: for longer than anybody remembers."""

    kind: str
    since: timedelta | None

    @property
    def minutes(self) -> int | None:
        return None if self.since is None else int(self.since.total_seconds() // 60)

    @property
    def sentence(self) -> str:
        """What is wrong, and where to look."""
        if self.kind == ANSWERS:
            return _(
                "The oldest unsent answer has waited for %(minutes)s minutes. Look at the worker's log and "
                "at the gateway for text messages."
            ) % {"minutes": self.minutes}
        if self.since is None:
            return _("Beat has never started a task. Start it: celery -A wangguan beat")
        return _("Beat has started nothing for %(minutes)s minutes. Start it again and look at its log.") % {
            "minutes": self.minutes
        }


def tell_whom(whom: Whom) -> None:
    """Let `whom` name users who hear of alarms; called at start-up by the room that knows them."""
    if whom not in _whom:
        _whom.append(whom)


def found() -> list[Alarm]:
    """What is wrong at this moment."""
    return [*_late_answers(), *_silent_beat()]


def tell(alarms: Iterable[Alarm]) -> None:
    """Write each alarm to everybody who is to hear of it, in the portal and outside of it."""
    outbox.add(draft for alarm in alarms for draft in _drafts(alarm))


def _late_answers() -> Iterator[Alarm]:
    written = Message.objects.oldest_unsent_answer()
    if written and clock.now() - written > settings.ANSWER_PATIENCE:
        yield Alarm(ANSWERS, clock.now() - written)


def _silent_beat() -> Iterator[Alarm]:
    try:
        age = heart.age()
    except redis.RedisError:
        age = None
    if age is None or age > settings.BEAT_PATIENCE:
        yield Alarm(BEAT, age)


def _drafts(alarm: Alarm) -> Iterator[Draft]:
    hour = f"{alarm.kind}:{clock.now():%Y%m%dT%H}"
    unknown = int(settings.BEAT_PATIENCE.total_seconds() // 60)
    context = {"minutes": unknown if alarm.minutes is None else alarm.minutes}

    def draft(channel: Channel, name: object, **to: Any) -> Draft:
        return Draft(f"{hour}:{channel}:{name}", alarm.kind, channel, context=context, urgent=True, **to)

    for person in (person for whom in _whom for person in whom()):
        yield draft(Channel.IN_APP, person.pk, user=person)
        if person.email:
            yield draft(Channel.EMAIL, person.pk, user=person)
    if settings.ALERT_EMAIL:
        yield draft(Channel.EMAIL, "operators", to=settings.ALERT_EMAIL)
    if settings.ALERT_WECOM_KEY:
        yield draft(Channel.WECOM, "operators", to=settings.ALERT_WECOM_KEY)
