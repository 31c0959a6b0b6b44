"""Answers: written with the step, shared with merged matters, reached or given up."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app import messages
from requests_app.models import Answer, AnswerKind, Ticket
from requests_app.services import following
from requests_app.services.actor import SYSTEM
from requests_app.services.change import Change
from requests_app.workflow import ActorKind, Status
from wangguan.refusals import Refused
from wangguan.words import for_the_record

PARENT_WITHDRAWN = gettext_lazy("The matter it was merged into was withdrawn.")


def write(change: Change, *, text: str, kind: AnswerKind) -> Answer:
    """Write the answer to the ticket and to everything merged into it, and tell the residents."""
    ticket = change.ticket
    # A merge waits for this lock, or this waits for the merge: no child is missed.
    Ticket.objects.select_for_update().only("pk").get(pk=ticket.pk)
    given = _give(ticket, change, text=text, kind=kind)
    change.detail["answer"] = given.pk
    change.tell(messages.answer_to_resident(given, ticket))
    children = list(ticket.children.with_units().select_for_update(of=("self",)))
    # Each phone hears of one answer once, however many of these matters it told or follows.
    told = {row.phone_hash for row in (ticket, *children) if row.has_phone}
    change.tell(following.about_answer(given, ticket, besides=told))
    for child in children:
        _share(child, change, text=text, kind=kind, told=told)
    return given


def _give(ticket: Ticket, change: Change, *, text: str, kind: AnswerKind) -> Answer:
    return Answer.objects.create(
        ticket=ticket,
        round=ticket.round,
        kind=kind,
        text=text,
        author=change.actor.user,
        author_title=change.title,
        written_at=change.now,
    )


def _share(child: Ticket, change: Change, *, text: str, kind: AnswerKind, told: set[str]) -> None:
    sharing = Change(child, "shared", SYSTEM, now=change.now)
    child.resolved_at, child.answered_at = change.now, None
    kept = AnswerKind.DECLINED if kind == AnswerKind.DECLINED else AnswerKind.SHARED
    given = _give(child, change, text=text, kind=kept)
    sharing.detail["answer"] = given.pk
    sharing.tell(messages.answer_to_resident(given, child))
    sharing.tell(following.about_answer(given, child, besides=told))
    sharing.write()


def open_answer(ticket: Ticket) -> Answer:
    """The newest answer, while it is open whether it reached the resident.

    Raises:
        Refused: there is none, or it reached them already.
    """
    given = ticket.current_answer()
    if given is None or given.is_settled:
        raise Refused(_("There is no answer that still has to be told."))
    return given


def reached(given: Answer, *, how: str, at: datetime) -> None:
    given.reached_at, given.reached_how = at, how
    given.save(update_fields=["reached_at", "reached_how"])


def give_up(change: Change, given: Answer) -> bool:
    """Count a try to reach the resident; True when the set tries are used up (at once for the system)."""
    given.tries += 1
    last = change.actor.kind is ActorKind.SYSTEM or given.tries >= settings.UNREACHABLE_TRIES
    if last:
        given.unreachable_at = change.now
    given.save(update_fields=["tries", "unreachable_at"])
    change.detail["try"] = given.tries
    return last


def set_children_free(change: Change) -> None:
    """The parent was withdrawn: those merged into it and still without an answer stand on their own again."""
    from requests_app.services.steps import take

    Ticket.objects.select_for_update().only("pk").get(pk=change.ticket.pk)
    waiting = change.ticket.children.filter(resolved_at__isnull=True)
    for child in waiting.with_units():
        take(child, "unmerge", by=SYSTEM, note=for_the_record(PARENT_WITHDRAWN))


def waits_for_delivery(ticket: Ticket) -> bool:
    """An answer was written and nobody knows yet whether it reached the resident."""
    waiting = ticket.status in (Status.RESOLVED, Status.DECLINED, Status.MERGED)
    return waiting and ticket.resolved_at is not None and ticket.answered_at is None
