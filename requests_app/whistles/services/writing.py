"""One move of a whistle or of one of its calls: the only place where their state is written."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from grids.models import User
from requests_app.models import Ticket
from requests_app.models.event import sealed
from requests_app.services.actor import Actor
from requests_app.services.change import Change
from requests_app.whistles.models import Call, Entry, EntryText, Whistle
from requests_app.workflow import ActorKind
from wangguan import clock
from wangguan.refusals import Refused
from wangguan.words import for_the_record


class MovedMeanwhile(Refused):
    """Somebody else was faster; nothing was written."""


@dataclass
class Move:
    """What one step does: set fields of whistle and call with `store`, then leave an entry."""

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


def store(row: Whistle | Call, **fields: Any) -> None:
    """Compare and swap on `version`.

    Raises:
        MovedMeanwhile: somebody else moved the row since it was read.
    """
    mine = type(row).objects.filter(pk=row.pk, version=row.version)
    if not mine.update(version=F("version") + 1, **fields):
        raise MovedMeanwhile(_("Somebody else was faster; please look at the page again."))
    row.version += 1
    for name, value in fields.items():
        setattr(row, name, value)


def note_on_tickets(whistle: Whistle, step: str, actor: Actor) -> None:
    """The same entry in the history of every matter of the whistle; their clocks go on."""
    tickets = Ticket.objects.with_units().filter(pk__in=whistle.matters.values("ticket"))
    for ticket in tickets.order_by("pk"):
        change = Change(ticket, step, actor, free=True)
        change.detail["whistle"] = whistle.number
        change.write()


def title_of(actor: Actor) -> str:
    """The post somebody acts in, in the house's language; never a name."""
    if actor.kind is not ActorKind.STAFF or actor.user is None or not actor.user.current_posts:
        return ""
    return for_the_record(_Title(actor.user))


@dataclass(frozen=True)
class _Title:
    """Read only once the house's language speaks."""

    user: User

    def __str__(self) -> str:
        return self.user.current_posts[0].title
