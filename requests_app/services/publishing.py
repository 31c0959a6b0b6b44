"""What of a matter everybody may read, and taking it down again; a person decides both.

An answered matter goes on the board. An open one is read by other systems only, until its answer comes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from grids.models import User
from requests_app import access
from requests_app.models import Photo, Publication, Ticket
from requests_app.publicity import masked
from requests_app.services.actor import staff
from requests_app.services.change import Change
from requests_app.workflow import PUBLISHED, UNPUBLISHED
from wangguan import clock
from wangguan.privacy import mask_address
from wangguan.refusals import Refused
from wangguan.words import storable

LONGEST = 4_000
"""Characters of words or answer on the board."""


@dataclass(frozen=True)
class Text:
    """What is, or would be, shown of a matter."""

    words: str
    answer: str
    place: str


def proposed(ticket: Ticket) -> Text:
    """The matter and its newest answer with all masked that leads to a person, for a person to read."""
    given = ticket.current_answer()
    place = mask_address(ticket.address) or str(ticket.grid or ticket.community or "")
    return Text(
        words=masked(ticket.description.strip()),
        answer=masked(given.text.strip()) if given else "",
        place=masked(place)[:100],
    )


def release(
    ticket: Ticket, *, by: User, text: Text, photos: Iterable[Photo] = (), action_id: UUID | None = None
) -> Publication:
    """Show the matter in these words; released again, it shows the new ones.

    It keeps its place on the board while it stands; taken down and released again, it is new.
    A matter that has no answer yet is released with its words alone.

    Raises:
        Refused: this person may not, the resident did not agree, there is no answer yet, or no words.
    """
    words, answer = storable(text.words)[:LONGEST], storable(text.answer)[:LONGEST]
    with transaction.atomic():
        fresh = Ticket.objects.with_units().select_for_update(of=("self",)).get(pk=ticket.pk)
        if sentence := access.why_not_public(by, fresh):
            raise Refused(sentence)
        if answer and not access.has_public_answer(fresh):
            raise Refused(_("Only a matter that has its answer is put on the board."))
        if not words or (access.has_public_answer(fresh) and not answer):
            raise Refused(_("Please leave the matter and its answer some words."))
        shown: dict[str, Any] = {
            "community": fresh.community,
            "category": fresh.category,
            "words": words,
            "answer": answer,
            "place": storable(text.place)[:100],
            "pictures": sorted(photo.pk for photo in photos if photo.ticket_id == fresh.pk),
            "released_by": by,
            "taken_down_at": None,
        }
        standing = Publication.objects.shown() if answer else Publication.objects.released()
        if not standing.filter(ticket=fresh).exists():
            shown["released_at"] = clock.now()
        row, is_new = Publication.objects.update_or_create(ticket=fresh, defaults=shown)
        if is_new or not _is_repeat(fresh, action_id):
            Change(fresh, PUBLISHED, staff(by), action_id=action_id, free=True).write()
    return row


def earlier(ticket: Ticket) -> Text | None:
    """What was released of the matter as far as it is; None when its answer is newer."""
    given, row = ticket.current_answer(), Publication.objects.filter(ticket=ticket).first()
    if row is None or (given is None and row.answer):
        return None
    if given and row.released_at < given.written_at:
        return None
    return Text(row.words, row.answer, row.place)


def take_down(ticket: Ticket, *, by: User) -> None:
    """Show it no longer, at once.

    Raises:
        Refused: this person may not.
    """
    if not access.may_publish(by, ticket):
        raise Refused(_("Only the community and the street put matters on the board."))
    with transaction.atomic():
        if hide(ticket):
            Change(ticket, UNPUBLISHED, staff(by), free=True).write()


def hide(ticket: Ticket) -> bool:
    """Take it down without an entry of its own (it was reopened); whether it had been shown."""
    shown = Publication.objects.released().filter(ticket=ticket)
    return bool(shown.update(taken_down_at=clock.now()))


def _is_repeat(ticket: Ticket, action_id: UUID | None) -> bool:
    return action_id is not None and ticket.events.filter(action_id=action_id).exists()
