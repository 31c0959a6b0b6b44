"""Somebody else's matter as everybody may read it: masked words, the place to the building, the state."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from requests_app import publicity
from requests_app.models import Publication, Ticket
from requests_app.views.cards import day, others_say
from requests_app.workflow import OPEN, Outcome, Status
from wangguan.privacy import mask_address

WORDS = 80
"""Characters of a matter: enough to recognise it."""


@dataclass(frozen=True)
class PublicCard:
    """One matter. `words` and `place` are empty once it is no longer public (withdrawn, declined);
    `photo_url` is empty unless staff released a photo."""

    number: str
    level: str
    status: str
    words: str
    place: str
    kind: str
    told_at: datetime
    state: str | Promise
    others: str = ""
    photo_url: str = ""


def public_cards(tickets: Iterable[Ticket]) -> list[PublicCard]:
    return [public_card(ticket) for ticket in tickets]


def public_card(ticket: Ticket) -> PublicCard:
    return PublicCard(
        number=ticket.number,
        level=ticket.level,
        status=ticket.status,
        words=_short(publicity.masked(ticket.description.strip())) if ticket.is_public else "",
        place=_place(ticket) if ticket.is_public else "",
        kind=str(ticket.category or ""),
        told_at=ticket.arrived_at,
        state=state(ticket),
        others=others_say(ticket.voices) if ticket.voices else "",
        photo_url=_photo(ticket),
    )


def released(ticket: Ticket) -> Publication | None:
    """What staff released of it, while it stands on the board."""
    row: Publication | None = getattr(ticket, "publication", None)
    return row if row and row.is_shown else None


def _photo(ticket: Ticket) -> str:
    shown = released(ticket)
    if not shown or not shown.pictures:
        return ""
    return reverse("board_photo", args=[ticket.number, shown.pictures[0], "thumbnail"])


def _place(ticket: Ticket) -> str:
    return mask_address(ticket.address) or str(ticket.grid or ticket.community or "")


def _short(words: str) -> str:
    return words if len(words) <= WORDS else words[: WORDS - 1].rstrip() + "…"


def state(ticket: Ticket) -> str | Promise:
    """How far it is, to somebody who did not tell it."""
    if ticket.outcome == Outcome.WITHDRAWN:
        return _("Withdrawn by whoever told it")
    if ticket.resolved_at:
        return _("Answered on %(day)s") % {"day": day(ticket.resolved_at)}
    if ticket.status == Status.SUBMITTED:
        return _("Told, nobody has taken it on yet")
    if ticket.status == Status.ON_HOLD:
        return _("It takes longer")
    return _("It is being worked on") if ticket.status in OPEN else str(Status(ticket.status).label)
