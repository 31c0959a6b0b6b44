"""One move of one ticket, prepared in memory and written whole or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F

from grids.models import User
from requests_app import clockwork, told_on
from requests_app.models import EventText, Ticket, TicketEvent
from requests_app.models.event import sealed
from requests_app.refusals import MovedMeanwhile
from requests_app.roster import Roster
from requests_app.services import findings
from requests_app.services.actor import Actor
from requests_app.workflow import STEPS, Level
from wangguan import clock
from wangguan.notify import outbox
from wangguan.notify.outbox import Draft

UNDO_GRACE = timedelta(seconds=2)
"""What a press in the last second may take on its way to us."""
DERIVED = frozenset({"due_at", "due_kind", "wake_at", "woken_at", "undo_by_id", "undo_until"})
"""Columns that are made anew with every move, and so are not kept for its way back."""


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
            self._leave_way_back()
            self._swap()
            findings.follow(self.ticket, was=self.before["status"])
        event = self._record()
        if self.drafts:
            outbox.add(self.drafts)
        told_on.tell([event], not_before=None if self.free else self.ticket.undo_until)
        return event

    def _leave_way_back(self) -> None:
        """Of a step that may be taken back keep how it was before, and let its messages wait until it stands.

        Any other move ends the way back of the one before it.
        """
        ticket = self.ticket
        ticket.undo_by, ticket.undo_until = None, None
        if not (self.step in STEPS and STEPS[self.step].undoable):
            return
        ticket.undo_by, ticket.undo_until = self.user, self.now + settings.UNDO_WITHIN + UNDO_GRACE
        self.detail["before"] = {
            name: _plain(self.before[name]) for name in self._changed() if name not in DERIVED
        }
        self.drafts = [replace(draft, not_before=ticket.undo_until) for draft in self.drafts]
        if self.drafts:
            self.detail["messages"] = sorted({draft.key for draft in self.drafts})

    def _changed(self) -> dict[str, Any]:
        """The columns that differ from what was read, with their new values."""
        return {name: value for name, value in _columns(self.ticket).items() if value != self.before[name]}

    def _swap(self) -> None:
        """Compare and swap on `version`: the only place where a ticket's state is written."""
        mine = Ticket.objects.filter(pk=self.ticket.pk, version=self.ticket.version)
        if not mine.update(version=F("version") + 1, **self._changed()):
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


def _plain(value: Any) -> Any:
    """A column's value as JSON keeps it."""
    return value.isoformat() if isinstance(value, datetime) else value


def _columns(ticket: Ticket) -> dict[str, Any]:
    skipped = ("id", "version")
    deferred = ticket.get_deferred_fields()
    names = [f.attname for f in Ticket._meta.concrete_fields if f.attname not in (*skipped, *deferred)]
    return {name: getattr(ticket, name) for name in names}
