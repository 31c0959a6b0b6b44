"""Taking a step on a turn: compared and swapped on its version, and done once per key."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from grids.models import User
from partybuilding.duties import access, messages
from partybuilding.duties.models import Entry, Evidence, Turn
from partybuilding.duties.services.people import People
from partybuilding.duties.terms import WORDS_MAX
from partybuilding.duties.workflow import STEPS, Seat, State, Step
from requests_app.models import Ticket
from wangguan import clock, photos
from wangguan.notify import outbox
from wangguan.photos import CleanPhoto
from wangguan.refusals import Refused
from wangguan.swap import MovedMeanwhile, swap
from wangguan.words import storable


def take(
    turn: Turn,
    name: str,
    *,
    by: User,
    words: str = "",
    ticket: Ticket | None = None,
    pictures: Iterable[CleanPhoto] = (),
    action_id: UUID | None = None,
    version: int | None = None,
) -> Entry:
    """Take the step called `name` and return its entry; the same `action_id` again returns the first one.

    Raises:
        Refused: it cannot be taken now, by this person, or without words.
        MovedMeanwhile: somebody else moved the turn since `version` was read; nothing was written.
    """
    step, words = STEPS[name], storable(words)[:WORDS_MAX]
    if first := _first_of(turn, action_id):
        return first
    _check(step, turn, by, words, version)
    entry = Entry(turn=turn, step=name, actor=by, words=words, ticket=ticket, action_id=action_id)
    kept = [photos.store(picture, Evidence(entry=entry)) for picture in pictures]
    try:
        _write(step, turn, entry, kept)
    except (IntegrityError, MovedMeanwhile):
        if first := _first_of(turn, action_id):
            return first
        raise
    return entry


@transaction.atomic
def _write(step: Step, turn: Turn, entry: Entry, kept: list[Evidence]) -> None:
    swap(turn, Q(state=step.start), state=step.to, **_marks(step, entry.actor))
    entry.actor_title = entry.actor.recorded_title
    entry.save(force_insert=True)
    for picture in kept:
        picture.entry_id = entry.pk
    Evidence.objects.bulk_create(kept)
    if step.who == Seat.KEEPER:
        outbox.add(messages.of_step(step.name, turn, People.today().owning(turn)))


def _marks(step: Step, actor: User) -> dict[str, Any]:
    """Who did or checked it and when, as the state that it leads to wants them."""
    match step.to:
        case State.DONE:
            return {"done_at": clock.now(), "done_by": actor}
        case State.CHECKED:
            return {"checked_at": clock.now(), "checked_by": actor}
    return {"done_at": None, "done_by": None}


def _check(step: Step, turn: Turn, by: User, words: str, version: int | None) -> None:
    if version is not None and version != turn.version:
        raise MovedMeanwhile
    if step.start != turn.state:
        raise Refused(
            _("“%(step)s” is not possible now: it is “%(state)s”.")
            % {"step": step.label, "state": turn.get_state_display()}
        )
    if not step.open_to(access.seats(by, turn)):
        raise Refused(_not_yours(step))
    if step.needs_words and not words:
        raise Refused(_("Please write a few words, so that everybody can follow it later."), field="words")


def _not_yours(step: Step) -> str:
    if step.who == Seat.OWNER:
        return _("Only the owner of the duty, or whoever stands in for them, reports it done.")
    return _("Only those who keep the duty list of this unit do that, and nobody for a duty of their own.")


def _first_of(turn: Turn, action_id: UUID | None) -> Entry | None:
    return turn.entries.filter(action_id=action_id).first() if action_id else None
