"""One move of one ticket, prepared in memory and written whole or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import F

from grids.models import User
from requests_app import clockwork
from requests_app.models import EventText, Ticket, TicketEvent
from requests_app.models.event import sealed
from requests_app.refusals import MovedMeanwhile
from requests_app.roster import Roster
from requests_app.services.actor import Actor
from requests_app.workflow import Level
from wangguan import clock
from wangguan.notify import outbox
from wangguan.notify.outbox import Draft


@dataclass
class Change:
    """A step on its way. Handlers set fields of `ticket`; `write` stores what differs."""

    ticket: Ticket
    step: str
    actor: Actor
    note: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    action_id: UUID | None = None
    free: bool = False
    now: datetime = field(default_factory=clock.now)
    detail: dict[str, Any] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.before = _columns(self.ticket)
        self.from_unit = self.ticket.unit_code
        self._title = self.actor.title(self.ticket)
        self._from_above = self.actor.is_above(self.ticket)

    @property
    def user(self) -> User:
        """The member of the staff who acts.

        Raises:
            RuntimeError: a step for staff was taken by somebody else; the table forbids it.
        """
        if self.actor.user is None:
            raise RuntimeError(f"{self.step} needs somebody of the staff")
        return self.actor.user

    @property
    def title(self) -> str:
        """The acting post, as the entry says it."""
        return self._title

    @cached_property
    def roster(self) -> Roster:
        """Who serves the units around the ticket, as they stand when first asked for."""
        return Roster.around(grid_id=self.ticket.grid_id, community_id=self.ticket.community_id)

    def tell(self, drafts: Iterable[Draft]) -> None:
        self.drafts.extend(drafts)

    def write(self) -> TicketEvent:
        """Store the move: ticket, entry, words, messages.

        Raises:
            MovedMeanwhile: somebody else moved the ticket since it was read.
        """
        if not self.free:
            clockwork.settle(self.ticket)
            hold_in_mind(self.ticket)
            self._swap()
        event = self._record()
        if self.drafts:
            outbox.add(self.drafts)
        return event

    def _swap(self) -> None:
        """Compare and swap on `version`: the only place where a ticket's state is written."""
        changed = {name: value for name, value in _columns(self.ticket).items() if value != self.before[name]}
        mine = Ticket.objects.filter(pk=self.ticket.pk, version=self.ticket.version)
        if not mine.update(version=F("version") + 1, **changed):
            raise MovedMeanwhile(self.ticket)
        self.ticket.version += 1

    def _record(self) -> TicketEvent:
        salt, note_hash = sealed(self.note) if self.note else ("", "")
        event = TicketEvent.objects.create(
            ticket=self.ticket,
            step=self.step,
            version=None if self.free else self.ticket.version,
            actor_kind=self.actor.kind,
            actor=self.actor.user,
            actor_title=self._title,
            from_above=self._from_above,
            from_status=self.before["status"],
            to_status=self.ticket.status,
            from_level=self.before["level"],
            to_level=self.ticket.level,
            from_unit=self.from_unit,
            to_unit=self.ticket.unit_code,
            at=self.now,
            note_hash=note_hash,
            detail=self.detail,
            action_id=self.action_id,
        )
        if self.note:
            EventText.objects.create(event=event, salt=salt, words=self.note)
        return event


def hold_in_mind(ticket: Ticket) -> None:
    """Keep which units hold or once held the ticket: they go on seeing it."""
    codes = set(ticket.held_by)
    if ticket.community and ticket.level != Level.STREET:
        codes.add(ticket.community.code)
    if ticket.grid and ticket.level == Level.GRID:
        codes.add(ticket.grid.code)
        codes.add(ticket.grid.code[:12])
    ticket.held_by = sorted(codes)


def _columns(ticket: Ticket) -> dict[str, Any]:
    skipped = ("id", "version")
    deferred = ticket.get_deferred_fields()
    names = [f.attname for f in Ticket._meta.concrete_fields if f.attname not in (*skipped, *deferred)]
    return {name: getattr(ticket, name) for name in names}
