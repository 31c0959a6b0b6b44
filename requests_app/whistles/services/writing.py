"""One move of a whistle or of one of its calls: the only place where their state is written."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from grids.models import User
from requests_app.models import Ticket
from requests_app.models.event import sealed
from requests_app.services.actor import Actor
from requests_app.services.change import Change
from requests_app.whistles.models import Call, Entry, EntryText, Whistle
from requests_app.workflow import ActorKind
from wangguan import clock


@dataclass
class Move:
    """What one step does: set fields of whistle and call with `swap`, then leave an entry."""

    whistle: Whistle
    what: str
    actor: Actor
    call: Call | None = None
    note: str = ""
    action_id: UUID | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    ticket: Ticket | None = None
    now: datetime = field(default_factory=clock.now)

    @property
    def user(self) -> User:
        """The member of the staff who acts."""
        if self.actor.user is None:
            raise RuntimeError(f"{self.what} needs somebody of the staff")
        return self.actor.user

    def record(self) -> Entry:
        """The entry, with its words beside it."""
        salt, note_hash = sealed(self.note) if self.note else ("", "")
        entry = Entry.objects.create(
            whistle=self.whistle,
            call=self.call,
            ticket=self.ticket,
            what=self.what,
            actor_kind=self.actor.kind,
            actor=self.actor.user,
            actor_title=title_of(self.actor),
            at=self.now,
            note_hash=note_hash,
            detail=self.detail,
            action_id=self.action_id,
        )
        if self.note:
            EntryText.objects.create(entry=entry, salt=salt, words=self.note)
        return entry


def note_on_tickets(whistle: Whistle, step: str, actor: Actor) -> None:
    """The same entry in the history of every matter of the whistle; their clocks go on."""
    tickets = Ticket.objects.with_units().filter(pk__in=whistle.matters.values("ticket"))
    for ticket in tickets.order_by("pk"):
        change = Change(ticket, step, actor, free=True)
        change.detail["whistle"] = whistle.number
        change.write()


def title_of(actor: Actor) -> str:
    """The post somebody acts in; never a name."""
    return actor.user.recorded_title if actor.kind is ActorKind.STAFF and actor.user else ""
