"""The resident's side: opening the answer, a verdict, a word added, a withdrawal."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app import access, messages
from requests_app.models import Answer, Ticket, TicketEvent, Verdict
from requests_app.refusals import MovedMeanwhile
from requests_app.services import answers, photos, publishing
from requests_app.services.actor import RESIDENT, SYSTEM
from requests_app.services.change import Change
from requests_app.services.steps import take
from requests_app.workflow import NOTE, STEPS, Outcome, Status
from wangguan import clock
from wangguan.photos import CleanPhoto
from wangguan.refusals import Refused
from wangguan.words import for_the_record, storable

WORDS_MAX = 2_000
NOT_SOLVED = gettext_lazy("The resident says it is not solved.")
TOO_OFTEN = 2
"""Reopened so often, the next no goes to the street leader."""


def locked(ticket: Ticket) -> Ticket:
    """The ticket as it stands now, which nobody can move until this transaction ends."""
    rows = Ticket.objects.with_units()
    return rows.select_for_update(of=("self",)).get(pk=ticket.pk)


def mark_shown(given: Answer) -> None:
    """A page with the answer was served; nobody knows whether a person read it."""
    if given.shown_at is None:
        Answer.objects.filter(pk=given.pk, shown_at__isnull=True).update(shown_at=clock.now())


def mark_opened(ticket: Ticket) -> None:
    """A person opened the page with the answer; without a phone, that is how it reaches them."""
    with transaction.atomic():
        fresh = locked(ticket)
        given = fresh.current_answer()
        if given is None:
            return
        Answer.objects.filter(pk=given.pk, opened_at__isnull=True).update(opened_at=clock.now())
        if not fresh.has_phone and not given.is_settled and answers.waits_for_delivery(fresh):
            take(fresh, "answer", by=RESIDENT, how="opened")


def give_verdict(
    ticket: Ticket, *, solved: bool, satisfaction: int | None = None, comment: str = ""
) -> Ticket:
    """Record the resident's word and let it have its consequence; returns the ticket as it stands then.

    The same verdict sent twice counts once. Yes closes; no reopens one level higher, and
    after two reopenings asks the street leader.

    Raises:
        Refused: there is no answer yet, or it is too late to reopen.
    """
    comment = storable(comment)[:WORDS_MAX]
    if satisfaction is not None and not 1 <= satisfaction <= 5:
        raise Refused(_("Please choose from 1 to 5."), field="satisfaction")
    with transaction.atomic():
        fresh = locked(ticket)
        given = fresh.current_answer()
        if given is None or (fresh.resolved_at is None and fresh.status != Status.CLOSED):
            raise Refused(_("There is no answer yet. You can still add a word below."))
        said = {"solved": solved, "satisfaction": satisfaction, "comment": comment}
        if not _is_repeat(given, said):
            _record(fresh, given, said)
    return fresh


def _is_repeat(given: Answer, said: dict[str, Any]) -> bool:
    last = given.verdicts.order_by("-id").first()
    return last is not None and {name: getattr(last, name) for name in said} == said


def _record(ticket: Ticket, given: Answer, said: dict[str, Any]) -> None:
    Verdict.objects.create(ticket=ticket, answer=given, at=clock.now(), **said)
    if answers.waits_for_delivery(ticket) and not given.is_settled:
        take(ticket, "answer", by=RESIDENT, how="verdict")
    if said["solved"]:
        _yes(ticket)
    else:
        _no(ticket, said["comment"])


def _yes(ticket: Ticket) -> None:
    if ticket.status == Status.ANSWERED:
        take(ticket, "close", by=RESIDENT)


def _no(ticket: Ticket, comment: str) -> None:
    if ticket.status == Status.MERGED:
        take(ticket, "unmerge", by=SYSTEM, note=comment or for_the_record(NOT_SOLVED))
        return
    if ticket.outcome in (Outcome.WITHDRAWN, Outcome.FINAL, Outcome.VOID) or not access.fits(
        STEPS["reopen"], ticket
    ):
        raise Refused(
            _("This matter can no longer be reopened. Please tell it anew, or call the hotline 12345.")
        )
    if ticket.round >= TOO_OFTEN:
        _ask_street_leader(ticket, comment)
    else:
        take(ticket, "reopen", by=RESIDENT, note=comment)


def _ask_street_leader(ticket: Ticket, comment: str) -> None:
    asking = Change(ticket, "verdict", RESIDENT, comment)
    ticket.contested_at = ticket.contested_at or asking.now
    publishing.hide(ticket)
    asking.tell(messages.to_staff("contested", ticket, asking.roster.street_leaders(ticket)))
    asking.write()


def reply(
    ticket: Ticket, *, words: str, pictures: Sequence[CleanPhoto] = (), action_id: UUID | None = None
) -> TicketEvent:
    """The resident answers what they were asked, and the clock runs again.

    A reply that comes too late, or twice, is a word added like any other: it is never lost.

    Raises:
        Refused: nothing was written, or the matter is closed.
    """
    words = storable(words)[:WORDS_MAX]
    if ticket.question_since and (words or pictures):
        with suppress(MovedMeanwhile):
            return take(ticket, "resume", by=RESIDENT, note=words, action_id=action_id, photos=pictures)
        ticket = Ticket.objects.with_units().get(pk=ticket.pk)
        if ticket.question_since:  # moved, and the question still stands: somebody else has it now
            return reply(ticket, words=words, pictures=pictures, action_id=action_id)
    return add_note(ticket, words=words, pictures=pictures, action_id=action_id)


def add_note(
    ticket: Ticket, *, words: str, pictures: Iterable[CleanPhoto] = (), action_id: UUID | None = None
) -> TicketEvent:
    """The resident adds words or photos; whoever holds the ticket is told.

    Raises:
        Refused: nothing was added, or the matter is closed.
    """
    words, kept = storable(words)[:WORDS_MAX], photos.store(pictures)
    if not words and not kept:
        raise Refused(_("Please write a word or choose a photo."), field="note")
    with transaction.atomic():
        # The same words from a second connection wait here and find the first's entry.
        fresh = locked(ticket)
        if action_id and (first := fresh.events.filter(action_id=action_id).first()):
            return first
        if not fresh.is_open and fresh.status != Status.MERGED:
            raise Refused(
                _("This matter is closed. If it is not solved, say so below; or tell a new matter.")
            )
        adding = Change(fresh, NOTE, RESIDENT, words, action_id=action_id, free=True)
        people = adding.roster.in_charge(fresh)
        adding.tell(messages.to_staff("resident_added", fresh, people, phase=adding.now.timestamp()))
        event = adding.write()
        photos.attach(kept, ticket=fresh, event=event, by=None)
    return event
