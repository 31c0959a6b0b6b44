"""One answer to all open matters of a group; each resident gets it as the answer to their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from grids.models import User
from requests_app.models import Ticket, TicketEvent
from requests_app.queries import TicketQuerySet
from requests_app.repeats import access
from requests_app.repeats.models import Group, GroupAnswer
from requests_app.repeats.services.projects import answered
from requests_app.repeats.terms import ANSWER_MAX, ANSWERED_AT_ONCE
from requests_app.services import staff, take, why_not
from requests_app.workflow import Status
from wangguan.refusals import Refused
from wangguan.words import storable

UNANSWERED = (Status.SUBMITTED, Status.ACCEPTED, Status.ON_HOLD)
FIRST = {Status.SUBMITTED: "accept", Status.ON_HOLD: "resume"}
"""The step that comes before the answer, by the same person."""


@dataclass(frozen=True)
class Prospect:
    """What one answer would do to one matter: `refusal` says why it stays as it is."""

    ticket: Ticket
    refusal: str

    @property
    def is_accepted_first(self) -> bool:
        return not self.refusal and self.ticket.status == Status.SUBMITTED

    @property
    def is_resumed_first(self) -> bool:
        """It rests; a question to its resident is asked no longer."""
        return not self.refusal and self.ticket.status == Status.ON_HOLD


@dataclass(frozen=True)
class Outcome:
    """What came of it: the matters that have the answer, and those that are still without one."""

    done: list[Ticket]
    left: list[Prospect]


def members(group: Group, user: User) -> TicketQuerySet:
    """The group's matters that this person may see."""
    seen = Ticket.objects.visible_to(user).filter(about_staff=False)
    return seen.filter(pk__in=group.traces.values("ticket"))


def prospects(group: Group, user: User) -> list[Prospect]:
    """Every matter without an answer, with what would become of it; as many as are answered at once."""
    waiting = members(group, user).filter(status__in=UNANSWERED).order_by("pk").with_units()
    return [Prospect(ticket, _why_not(ticket, user)) for ticket in waiting[:ANSWERED_AT_ONCE]]


def _why_not(ticket: Ticket, user: User) -> str:
    return why_not(ticket, FIRST.get(Status(ticket.status), "resolve"), by=staff(user))


def answer_all(
    group: Group, *, by: User, text: str, batch: UUID, seen: Mapping[str, int]
) -> list[tuple[str, str]]:
    """Resolve with this answer the matters that were seen (number → version); those refused, and why.

    What nobody took is accepted first, what rests is resumed. Each by itself and under a key of its own:
    pressed twice, done once; one refusal keeps no other waiting.

    Raises:
        Refused: this person may not, or there is no answer.
    """
    text = storable(text).strip()[:ANSWER_MAX]
    if not access.may_edit(by, group):
        raise Refused(_("Groups are changed by the street and by the community they lie in."))
    if not text:
        raise Refused(_("Please write the answer."), field="answer")
    record, _is_new = GroupAnswer.objects.get_or_create(
        batch=batch, defaults={"group": group, "text": text, "by": by}
    )
    if (record.group_id, record.by_id) != (group.pk, by.pk):
        raise Refused(_("This answer was given by somebody else already."))
    chosen = members(group, by).filter(number__in=list(seen)[:ANSWERED_AT_ONCE]).order_by("pk").with_units()
    tried = [(ticket.number, _answer(ticket, record, by, seen[ticket.number])) for ticket in chosen]
    if any(not refusal for _number, refusal in tried):
        answered(group)
    return [(number, refusal) for number, refusal in tried if refusal]


def _answer(ticket: Ticket, record: GroupAnswer, by: User, version: int) -> str:
    """Why it was not answered, and so is as it was; empty when it was, now or with the first press."""
    acts: dict[str, Any] = {"by": staff(by), "version": version}
    try:
        with transaction.atomic():
            if first := FIRST.get(Status(ticket.status)):
                key = uuid5(record.batch, f"{ticket.number}/{first}")
                acts["version"] = take(ticket, first, action_id=key, **acts).version
            take(ticket, "resolve", action_id=uuid5(record.batch, ticket.number), answer=record.text, **acts)
    except Refused as refusal:
        return refusal.sentence
    return ""


def outcome(record: GroupAnswer, user: User) -> Outcome:
    """Read from the tickets' own entries, so that it is the same however often the button was pressed."""
    own = list(members(record.group, user).order_by("pk").with_units())
    keys = {uuid5(record.batch, ticket.number): ticket for ticket in own}
    taken = TicketEvent.objects.filter(ticket__in=own, action_id__in=list(keys), step="resolve")
    done = {event.ticket_id for event in taken}
    return Outcome([ticket for ticket in own if ticket.pk in done], prospects(record.group, user))
