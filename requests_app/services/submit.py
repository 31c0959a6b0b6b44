"""Telling a matter: one transaction makes the ticket, its entry and the messages."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.locate import Place
from grids.models import User
from requests_app import clockwork, messages, told_on
from requests_app.models import Category, Photo, Ticket, TicketEvent
from requests_app.numbers import next_number
from requests_app.roster import Roster
from requests_app.services import duty, photos
from requests_app.services.actor import staff
from requests_app.services.change import hold_in_mind
from requests_app.workflow import CREATE, IMPORTED, ActorKind, Level, Source, Urgency
from residents.models import Finding
from wangguan import clock
from wangguan.notify import outbox
from wangguan.notify.outbox import Draft
from wangguan.photos import CleanPhoto
from wangguan.privacy import keyed_hash
from wangguan.refusals import Refused
from wangguan.words import storable

LONGEST = 20_000


@dataclass(frozen=True)
class Import:
    """That a matter was told elsewhere and came with a file: `told_at`, and until `due` if a limit came too.

    `detail` goes into its entry. Nobody is told of a single one; whoever brings the file in tells of all.
    """

    told_at: datetime
    due: datetime | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Matter:
    """What somebody told, already checked for form by whoever took it in.

    `contact_phone` is eleven digits or empty; `place` comes from `grids.locate`;
    `reporter` is the member of the staff who wrote it down for somebody; `finding` what a visit
    found, when it came from one; `came` how, when it came with a file.
    """

    description: str
    place: Place
    source: str = Source.WEB
    category: Category | None = None
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    contact_name: str = ""
    contact_phone: str = ""
    pictures: Sequence[CleanPhoto] = field(default=(), repr=False)
    submission_id: UUID | None = None
    consent: bool = False
    may_publish: bool = False
    about_staff: bool = False
    reporter: User | None = None
    finding: Finding | None = None
    came: Import | None = None

    def content_hash(self) -> str:
        """SHA-256 of what was told: the same form sent again has the same."""
        told = (
            self.description, self.source, self.category and self.category.pk, self.address, self.latitude,
            self.longitude, self.contact_name, self.contact_phone, self.may_publish, self.about_staff,
            sorted(picture.sha256 for picture in self.pictures),
        )  # fmt: skip
        return hashlib.sha256(f"{settings.HASH_KEY}{told!r}".encode()).hexdigest()


def submit(matter: Matter) -> tuple[Ticket, bool]:
    """Make the ticket, or find the one that this very form made before; True when it is new.

    Raises:
        Refused: too few or too many words.
    """
    if not 0 < len(storable(matter.description)) <= LONGEST:
        raise Refused(
            _("Please tell what happened in up to %(most)d characters.") % {"most": LONGEST},
            field="description",
        )
    kept = photos.store(matter.pictures)
    try:
        with transaction.atomic():
            return _create(matter, kept), True
    except IntegrityError:
        if first := same_form(matter):
            return first, False
        raise


def same_form(matter: Matter) -> Ticket | None:
    """The ticket that this very form made before."""
    if matter.submission_id is None:
        return None
    same = Ticket.objects.filter(submission_id=matter.submission_id, content_hash=matter.content_hash())
    return same.first()


def _create(matter: Matter, kept: list[Photo]) -> Ticket:
    now = clock.now()
    ticket = drafted(matter, now)
    ticket.save(force_insert=True)
    event = first_entry(ticket, matter, now)
    event.save(force_insert=True)
    photos.attach(kept, ticket=ticket, event=event, by=matter.reporter)
    if not matter.came:
        outbox.add([*_to_staff(ticket), *messages.to_resident("received", ticket)])
    told_on.tell([event])
    return ticket


def first_entry(ticket: Ticket, matter: Matter, now: datetime) -> TicketEvent:
    """The entry that a ticket begins with, unsaved."""
    return TicketEvent(
        ticket=ticket,
        step=IMPORTED if matter.came else CREATE,
        version=1,
        actor_kind=ActorKind.STAFF if matter.reporter else ActorKind.RESIDENT,
        actor=matter.reporter,
        actor_title=staff(matter.reporter).title(ticket) if matter.reporter else "",
        to_status=ticket.status,
        to_level=ticket.level,
        to_unit=ticket.unit_code,
        at=now,
        detail=matter.came.detail if matter.came else {},
    )


def drafted(matter: Matter, now: datetime) -> Ticket:
    """The ticket as it would be told now, unsaved."""
    place, category = matter.place, matter.category
    told_at = matter.came.told_at if matter.came else now
    ticket = Ticket(
        number=next_number(told_at),
        level=_level(matter),
        grid=place.grid,
        community=place.grid.community if place.grid else place.community,
        building=place.building,
        category=category,
        urgency=category.urgency if category else Urgency.C,
        source=matter.source,
        description=storable(matter.description),
        about_staff=matter.about_staff,
        reporter=matter.reporter,
        finding=matter.finding,
        contact_name=storable(matter.contact_name),
        contact_phone=matter.contact_phone,
        phone_hash=keyed_hash(matter.contact_phone),
        phone_tail_hash=keyed_hash(matter.contact_phone[-4:]),
        consent_at=now if matter.consent else None,
        may_publish=matter.may_publish and not matter.about_staff,
        submission_id=matter.submission_id,
        content_hash=matter.content_hash() if matter.submission_id else "",
        address=storable(matter.address) or (place.building.address if place.building else ""),
        latitude=matter.latitude,
        longitude=matter.longitude,
        arrived_at=told_at,
        woken_at=now,
    )
    ticket.section = ticket.line if ticket.level == Level.STREET else ""
    if matter.came and matter.came.due:
        clockwork.start_elsewhere(ticket, told_at=told_at, due_at=matter.came.due, now=now)
    else:
        clockwork.start(ticket, at=now)
    clockwork.settle(ticket)
    hold_in_mind(ticket)
    return ticket


def _level(matter: Matter) -> str:
    """The grid of the place; the duty desk of community or street where there is none."""
    if matter.about_staff:
        return Level.STREET
    if matter.place.grid:
        return Level.GRID
    return Level.COMMUNITY if matter.place.community else Level.STREET


def _to_staff(ticket: Ticket) -> list[Draft]:
    """The holding unit; out of hours and urgent, also whoever is on duty."""
    roster = Roster.around(grid_id=ticket.grid_id, community_id=ticket.community_id)
    people = roster.street_leaders() if ticket.about_staff else roster.team(ticket)
    drafts = messages.to_staff("new", ticket, people)
    return drafts + duty.told("new_on_duty", ticket, at=ticket.arrived_at)
