"""Writing messages: rows that go in with the move they tell of, and a nudge after the commit.

The row is the promise; the nudge only saves waiting. What a lost nudge leaves behind,
the sweep finds (`wangguan.notify.delivery`).
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from wangguan import clock
from wangguan.notify import hours, kinds, nudge
from wangguan.notify.hours import window
from wangguan.notify.models import Channel, Lane, Message, State

__all__ = ["Draft", "add", "again", "cancel", "unnudged", "window"]

# Keys travel in headers; the last ten of the column's 200 characters are kept for marks.
KEY = re.compile(r"[!-~]{1,190}")
# A message that may go so soon is not left to the sweep.
SOON = timedelta(seconds=30)
_unnudged: ContextVar[bool] = ContextVar("unnudged", default=False)


@dataclass(frozen=True)
class Draft:
    """A message to write. `key` names it for ever; `context` holds no personal data."""

    key: str
    kind: str
    channel: str
    user: Any = None
    # Blank with a user: the user's own phone or mailbox, read when sending.
    to: str = field(default="", repr=False)
    topic: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    not_before: datetime | None = None
    language: str = ""
    # Goes at once even if its kind is routine (urgency A).
    urgent: bool = False
    # Goes before others that are due, within the same hours (urgency B).
    swift: bool = False


def add(drafts: Iterable[Draft]) -> list[Message]:
    """Write these messages in one statement, inside the caller's transaction if there is one.

    A key written before is left as it is. In-app messages are sent by being written. The
    answer's messages carry no primary key: the database does not say which rows were new.

    Raises:
        UnknownKind: a kind nobody registered.
        KeyError: a context lacks a value that its kind's text names.
        ValueError: the channel can't carry it (see `_check`).
    """
    now = clock.now()
    messages = [_message(draft, now) for draft in drafts]
    if messages:
        Message.objects.bulk_create(messages, ignore_conflicts=True)
        _nudge_after_commit(messages, now)
    return messages


def cancel(keys: Iterable[str]) -> int:
    """Take back what nobody began to send; how many were taken back."""
    waiting = Message.objects.leading().filter(key__in=list(keys), state=State.QUEUED)
    return waiting.update(state=State.CANCELLED)


def again(messages: Iterable[Message]) -> int:
    """Write each given-up or perhaps-sent message anew; how many.

    The new row's key ends in `~2` (`~3`, …): a channel that drops repeated keys lets it pass.
    """
    ended = (State.DEAD, State.UNKNOWN)
    old = [row for row in messages if row.state in ended and kinds.find(row.kind)]
    return len(add(_anew(row) for row in old))


@contextmanager
def unnudged() -> Iterator[None]:
    """Write messages in the block without waking a worker (history-making, bulk loads)."""
    token = _unnudged.set(True)
    try:
        yield
    finally:
        _unnudged.reset(token)


def _message(draft: Draft, now: datetime) -> Message:
    kind = kinds.get(draft.kind)
    _check(draft, kind)
    routine = kind.routine and not draft.urgent
    start = max(draft.not_before or now, now)
    at_once = draft.channel == Channel.IN_APP and start == now
    if routine and draft.channel != Channel.IN_APP:
        start = hours.next_gathering(start)
    return Message(
        key=draft.key,
        kind=draft.kind,
        channel=draft.channel,
        user=draft.user,
        to=draft.to,
        topic=draft.topic,
        context=dict(draft.context),
        language=draft.language,
        routine=routine,
        lane=_lane(draft, kind, routine=routine),
        state=State.SENT if at_once else State.QUEUED,
        created_at=now,
        not_before=start,
        next_try_at=start,
        sent_at=now if at_once else None,
    )


def _lane(draft: Draft, kind: kinds.Kind, *, routine: bool) -> Lane:
    if routine or draft.channel == Channel.WEBHOOK:
        return Lane.ROUTINE  # another system may be slow, and hears of it a little later
    return Lane.URGENT if draft.urgent or draft.swift or kind.swift or kind.is_answer else Lane.USUAL


def _check(draft: Draft, kind: kinds.Kind) -> None:
    """Find a mistake of the program here, in its transaction, and not when sending."""
    if not KEY.fullmatch(draft.key):
        raise ValueError(f"{draft.key!r} is no key: up to 190 printable ASCII characters, no spaces.")
    if draft.channel not in Channel.values:
        raise ValueError(f"{draft.key}: there is no channel {draft.channel!r}.")
    if draft.user is None and (draft.channel == Channel.IN_APP or not draft.to):
        raise ValueError(f"{draft.key}: nobody to send it to.")
    if draft.channel == Channel.SMS and not kind.sms_template:
        raise ValueError(f"{draft.key}: the kind {kind.name!r} has no SMS template.")
    kind.fill(kind.title, draft.context)
    kind.fill(kind.text, draft.context)
    kind.fill(kind.markdown, draft.context)


def _anew(message: Message) -> Draft:
    base, tilde, number = message.key.rpartition("~")
    if not (tilde and number.isdecimal()):
        base, number = message.key, "1"
    return Draft(
        key=f"{base}~{int(number) + 1}",
        kind=message.kind,
        channel=message.channel,
        user=message.user,
        to=message.to,
        topic=message.topic,
        context=message.context,
        language=message.language,
        urgent=True,
    )


def _nudge_after_commit(messages: list[Message], now: datetime) -> None:
    """One nudge for what is due in a lane, and one for each moment soon to come; the rest is the sweep's."""
    if _unnudged.get():
        return
    waking: dict[tuple[int, Lane], list[str]] = defaultdict(list)
    for row in messages:
        if (
            row.state == State.QUEUED
            and (wait := row.next_try_at - now) <= SOON
            and not (wait and row.routine)
        ):
            waking[math.ceil(wait.total_seconds()), Lane(row.lane)].append(row.key)
    for (after, lane), keys in waking.items():
        transaction.on_commit(partial(nudge.wake, keys, after=after, lane=lane), robust=True)
