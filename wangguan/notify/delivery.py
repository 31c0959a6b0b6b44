"""Sending messages: claim, hand over outside any transaction, record the outcome.

Any number of workers may do this at once, and any may die in the middle: a message is
claimed by a conditional update, and its outcome counts only while the claim stands.
"""

import logging
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from wangguan import clock
from wangguan.notify import digest, hours, kinds, reports, wording
from wangguan.notify.channels import NotSent, Parcel, Receipt, Refused, TooFast, Undelivered, transport
from wangguan.notify.models import Channel, Lane, Message, State

logger = logging.getLogger(__name__)

MOST_TRIES = 10
MOST_TRIES_OUTWARD = 16
"""To other systems: the last try comes some 28 hours after the first."""
# 30 s, 1 min, 2 min … 2 h: the last try comes about four hours after the first.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=2)
LONGEST_PAUSE_OUTWARD = timedelta(hours=4)
# A message held back only by rate limits is given up after so long.
PATIENCE = timedelta(hours=24)
# One sweep: so many messages, and no new one begun after so many seconds (beat comes every 15).
SWEEP_SIZE, SWEEP_SECONDS = 1000, 12.0
# Whoever sends what is less urgent looks so many seconds after its last look whether somebody waits.
LOOK_EVERY = 0.25
# A sweep leaves a channel alone for its remainder after so many failures in a row.
TIRED_AFTER = 3


def deliver(key: str) -> State | None:
    """Send the message with this key, unless it is not due or another worker has it.

    Returns its new state, or None when there was nothing to do. Must not run inside a
    transaction: it calls the network.
    """
    claim = _claim(key)
    if claim is None:
        return None
    kind, channel = claim.lead.kind, claim.lead.channel
    try:
        receipt = _hand_over(claim)
    except Undelivered as outcome:
        state = _record_failure(claim, outcome)
    except Exception as error:  # a transport's own mistake must leave an outcome too
        logger.error("outbox transport broke: %s %s", channel, _where(error))
        state = _interrupted(claim, "broken", pause=_pause(claim.lead))
    else:
        state = _record_receipt(claim, receipt)
    logger.info("outbox %s", state, extra={"key": key, "kind": kind, "channel": channel})
    return state


def deliver_many(keys: Iterable[str], *, seconds: float = SWEEP_SECONDS) -> Counter[State]:
    """Send these messages one by one for so many seconds; how many ended in which state.

    What is urgent goes first, also when it becomes due while the others are on their way: one worker
    with a million digests before it still sends the next answer within the time of one digest.
    """
    sending = _Round(seconds)
    rows = Message.objects.filter(key__in=(keys := list(keys))).values_list("key", "channel", "lane")
    known = {key: (channel, Lane(lane)) for key, channel, lane in rows}
    for key in keys:
        channel, lane = known.get(key, ("", Lane.URGENT))
        if lane != Lane.URGENT:
            sending.let_urgent_pass()
        if sending.is_over():
            break
        sending.send(key, channel)
    return sending.outcomes


def sweep(*lanes: Lane, seconds: float = SWEEP_SECONDS) -> Counter[State]:
    """Recover what was interrupted, then send what is due in these lanes (all by default), urgent first.

    Returns how many ended in which state.
    """
    wanted = Message.objects.in_lanes(lanes or Lane)
    for lead in wanted.stale(clock.now()).order_by("claimed_at")[:SWEEP_SIZE]:
        try:
            _interrupted(_lost_claim(lead), "interrupted", pause=timedelta(0))
        except Exception as error:  # one message's hook must not stop the others
            logger.error("outbox recovery broke: %s %s", lead.key, _where(error))
    due = wanted.due(clock.now()).order_by("lane", "next_try_at")[:SWEEP_SIZE]
    return deliver_many(due.values_list("key", flat=True), seconds=seconds)


class _Round:
    """One worker's round of sending: for how long, with what outcome, which channel is tired."""

    def __init__(self, seconds: float) -> None:
        self.until, self.looked_at = monotonic() + seconds, 0.0
        self.outcomes, self.failures = Counter[State](), Counter[str]()

    def is_over(self) -> bool:
        return monotonic() > self.until

    def send(self, key: str, channel: str) -> None:
        """Send one, unless its channel failed too often in this round."""
        if self.failures[channel] >= TIRED_AFTER or not (state := _safely(key)):
            return
        self.outcomes[state] += 1
        failed = state in (State.FAILED, State.UNKNOWN)
        self.failures[channel] = self.failures[channel] + 1 if failed else 0

    def let_urgent_pass(self) -> None:
        """Send what is urgent and due; looks a few times a second at most."""
        if monotonic() - self.looked_at < LOOK_EVERY:
            return
        urgent = Message.objects.in_lanes([Lane.URGENT]).due(clock.now()).order_by("next_try_at")
        for key, channel in urgent.values_list("key", "channel")[:SWEEP_SIZE]:
            if not self.is_over():
                self.send(key, channel)
        self.looked_at = monotonic()


# --- claim -------------------------------------------------------------------------------
@dataclass(frozen=True)
class Claim:
    """A message that this worker may send, and how many messages leave with it, itself included."""

    lead: Message
    size: int = 1


def _claim(key: str) -> Claim | None:
    """Take the message for this worker, with the reminders that go in the same digest."""
    now = clock.now()
    with transaction.atomic(durable=True):
        lead = Message.objects.due(now).select_related("user").filter(key=key).first()
        if lead is None:
            return None
        together = _gather(lead, now) if lead.routine and lead.user_id else [lead.pk]
        if not Message.objects.due(now).filter(pk=lead.pk, attempts=lead.attempts).take(now):
            return None
        if len(together) > 1:
            Message.objects.filter(pk__in=together).exclude(pk=lead.pk).take(now, sent_with=lead)
    lead.state, lead.claimed_at, lead.attempts = State.SENDING, now, lead.attempts + 1
    return Claim(lead, len(together))


def _lost_claim(lead: Message) -> Claim:
    """What a worker that is gone had claimed."""
    return Claim(lead, 1 + lead.digested.count())


def _gather(lead: Message, now: datetime) -> list[int]:
    """Lock `lead` and what leaves with it, always in one order: two workers never wait for each other."""
    together = Message.objects.together(lead, now).order_by("pk").select_for_update()
    return list(together.values_list("pk", flat=True))


# --- send --------------------------------------------------------------------------------
def _hand_over(claim: Claim) -> Receipt:
    with override(claim.lead.language or settings.LANGUAGE_CODE):
        parcel = _pack(claim)
    if not parcel.address and claim.lead.channel != Channel.IN_APP:
        raise Refused("no_address")
    return transport(claim.lead.channel).send(parcel)


def _pack(claim: Claim) -> Parcel:
    """What leaves the house, in the active language.

    Raises:
        Refused: the kind is gone, or its text names what the context lacks.
    """
    lead = claim.lead
    key, name, context = lead.key, lead.kind, lead.context
    if claim.size > 1:
        key, name, context = reports.digest_key(key), digest.KIND.name, {"count": claim.size}
    try:
        kind = wording.worded(kinds.get(name))
        title, text = kind.fill(kind.title, context), kind.fill(kind.text, context)
        return Parcel(key, kind, lead.address, title, text, kind.link(context), context)
    except (kinds.UnknownKind, KeyError, ValueError, TypeError):
        raise Refused("bad_text") from None


# --- record ------------------------------------------------------------------------------
def _record_receipt(claim: Claim, receipt: Receipt) -> State:
    """The channel took it. Counts even when the sweep gave the claim up as lost meanwhile."""
    still = (State.SENDING, State.UNKNOWN)
    _settle(claim, *still, state=State.SENT, sent_at=clock.now(), gateway_id=receipt.gateway_id, error="")
    if receipt.delivered:
        reports.record(key=claim.lead.key, delivered=True, gateway_id=receipt.gateway_id)
    return State.SENT


def _record_failure(claim: Claim, outcome: Undelivered) -> State:
    match outcome:
        case TooFast():
            return _postpone(claim, outcome)
        case Refused():
            return _give_up(claim, outcome.code)
        case NotSent():
            return _try_again(claim, outcome.code, pause=outcome.after or _pause(claim.lead))
        case _:
            return _interrupted(claim, outcome.code, pause=_pause(claim.lead))


def _interrupted(claim: Claim, code: str, *, pause: timedelta) -> State:
    """Nobody knows whether it was taken: again where a repeat is dropped, else a person decides."""
    if transport(claim.lead.channel).drops_repeats():
        return _try_again(claim, code, pause=pause)
    _settle(claim, State.SENDING, hook="on_unknown", state=State.UNKNOWN, error=code)
    return State.UNKNOWN


def _try_again(claim: Claim, code: str, *, pause: timedelta) -> State:
    if claim.lead.attempts >= _most_tries(claim.lead):
        return _give_up(claim, code)
    _settle(claim, State.SENDING, state=State.FAILED, error=code, next_try_at=_next_try(claim.lead, pause))
    return State.FAILED


def _postpone(claim: Claim, outcome: TooFast) -> State:
    """Held back by a rate limit: not a failed try. A digest never tried is taken apart again."""
    if clock.now() - claim.lead.not_before > PATIENCE:
        return _give_up(claim, outcome.code)
    tried_before = claim.lead.attempts - 1
    state = State.FAILED if tried_before else State.QUEUED
    apart: dict[str, Any] = {} if tried_before else {"sent_with": None}
    later = _next_try(claim.lead, outcome.after or FIRST_PAUSE)
    _settle(claim, State.SENDING, state=state, attempts=tried_before, next_try_at=later, **apart)
    return state


def _give_up(claim: Claim, code: str) -> State:
    _settle(claim, State.SENDING, hook="on_failed", state=State.DEAD, error=code)
    return State.DEAD


def _settle(claim: Claim, *states: State, hook: str = "", **fields: Any) -> None:
    """Write the outcome to all that left together, if the claim still stands, and run their hook."""
    lead = claim.lead
    claimed = Message.objects.filter(state__in=states, claimed_at=lead.claimed_at, attempts=lead.attempts)
    if claim.size == 1 and not hook:
        claimed.filter(pk=lead.pk).update(**fields)
        return
    with transaction.atomic(durable=True):
        together = claimed.parcel(lead.pk).select_for_update()
        rows = Message.objects.filter(pk__in=[row.pk for row in together]).order_by("pk")
        rows.update(**fields)
        reports.run_hook(hook, rows)


# --- pauses ------------------------------------------------------------------------------
def _pause(lead: Message) -> timedelta:
    """Doubles with every try; a tenth of chance keeps what failed together from returning together."""
    longest = LONGEST_PAUSE_OUTWARD if lead.channel == Channel.WEBHOOK else LONGEST_PAUSE
    return doubled(lead.attempts, longest=longest) * random.uniform(1.0, 1.1)


def doubled(tries: int, *, longest: timedelta) -> timedelta:
    """How long to wait after so many tries in vain."""
    return min(FIRST_PAUSE * 2 ** min(max(tries - 1, 0), 30), longest)


def _most_tries(lead: Message) -> int:
    return MOST_TRIES_OUTWARD if lead.channel == Channel.WEBHOOK else MOST_TRIES


def _next_try(lead: Message, pause: timedelta) -> datetime:
    moment = clock.now() + pause
    return hours.window(moment) if lead.routine else moment


def _safely(key: str) -> State | None:
    try:
        return deliver(key)
    except Exception as error:  # the database or a hook: the sweep comes back to it
        logger.error("outbox delivery broke: %s %s", key, _where(error))
        return None


def _where(error: BaseException) -> str:
    """Type and place of an error; its text might quote personal data."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {place}"
