"""Logging a visit: once, whatever the phone does, with what was found and what follows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.models import Grid, User
from residents import access, rhythm
from residents.models import (
    CareEvent,
    CheckItem,
    CheckResult,
    Finding,
    Household,
    Patrol,
    Resident,
    Venue,
    Visit,
    VisitPhoto,
)
from residents.queries import FindingQuerySet
from residents.services import care
from residents.terms import Checked, Met, Need, Purpose
from wangguan import clock, photos
from wangguan.photos import CleanPhoto
from wangguan.refusals import Refused
from wangguan.words import storable
from wangguan.workdays import current_calendar

MET = frozenset({Met.MET, Met.PHONE})
"""Only these count as visited."""


@dataclass(frozen=True)
class Found:
    """One need, as ticked on the form; words are optional."""

    need: Need
    words: str = field(default="", repr=False)


@dataclass(frozen=True)
class Report:
    """A visit as its worker tells it; exactly one of household, venue and patrol is given.

    `checks`: item → outcome, for a venue. `point`: latitude and longitude (WGS-84), if the phone's
    owner let it say so.
    """

    submission_id: UUID
    household: Household | None = None
    resident: Resident | None = None
    venue: Venue | None = None
    patrol: Patrol | None = None
    visited_at: datetime | None = None
    purpose: Purpose = Purpose.CARE
    met: Met = Met.MET
    note: str = field(default="", repr=False)
    needs: Sequence[Found] = ()
    checks: Sequence[tuple[CheckItem, Checked, str]] = field(default=(), repr=False)
    photos: Sequence[CleanPhoto] = field(default=(), repr=False)
    follow_up_on: date | None = None
    point: tuple[float, float] | None = None

    @property
    def grid(self) -> Grid:
        if self.household:
            return self.household.dwelling.grid
        if self.venue:
            return self.venue.grid
        if self.patrol:
            return self.patrol.grid
        raise ValueError("a visit goes somewhere")


def log(report: Report, *, actor: User) -> tuple[Visit, bool]:
    """Keep the visit, or find the one that this very form made before; True when it is new.

    Raises:
        Refused: not this person's grid, a moment to come, or a day to look in again that has passed.
    """
    if first := Visit.objects.filter(submission_id=report.submission_id, by=actor).first():
        return first, False
    _check(report, actor)
    pictures = [photos.store(photo, VisitPhoto()) for photo in report.photos]
    try:
        with transaction.atomic():
            return _write(report, actor, pictures), True
    except IntegrityError:
        if first := Visit.objects.filter(submission_id=report.submission_id, by=actor).first():
            return first, False
        raise


def _check(report: Report, actor: User) -> None:
    if not access.may_write(actor, report.grid):
        raise Refused(_("This place is in another unit's care."))
    at, now = report.visited_at or clock.now(), clock.now()
    if at > now:
        raise Refused(_("A visit to come cannot be logged yet."), field="visited_at")
    if report.follow_up_on and report.follow_up_on < timezone.localdate(at):
        raise Refused(_("The day to look in again lies before the visit."), field="follow_up_on")


def _write(report: Report, actor: User, pictures: list[VisitPhoto]) -> Visit:
    visit = Visit.objects.create(
        submission_id=report.submission_id,
        grid=report.grid,
        household=report.household,
        resident=report.resident,
        venue=report.venue,
        patrol=report.patrol,
        by=actor,
        visited_at=report.visited_at or clock.now(),
        purpose=report.purpose,
        met=report.met,
        note=storable(report.note),
        follow_up_on=_follow_up(report),
        latitude=report.point[0] if report.point else None,
        longitude=report.point[1] if report.point else None,
    )
    for picture in pictures:
        picture.visit = visit
    VisitPhoto.objects.bulk_create(pictures)
    for found in report.needs:
        Finding.objects.create(
            visit=visit, need=found.need, category=found.need.category, words=storable(found.words)
        )
    for item, outcome, words in report.checks:
        _check_result(visit, item, outcome, words)
    _move_on(visit)
    return visit


def _follow_up(report: Report) -> date | None:
    """The day its worker chose; after a visit that met nobody, soon."""
    if report.follow_up_on or report.met in MET or not report.household:
        return report.follow_up_on
    visited_on = timezone.localdate(report.visited_at or clock.now())
    return rhythm.look_by(visited_on, calendar=current_calendar(), within=rhythm.TRY_AGAIN_AFTER)


def _check_result(visit: Visit, item: CheckItem, outcome: Checked, words: str) -> None:
    finding = None
    if outcome == Checked.FAILED:
        finding = Finding.objects.create(visit=visit, category=item.category, words=storable(words))
    CheckResult.objects.create(visit=visit, item=item, outcome=outcome, finding=finding)


def _move_on(visit: Visit) -> None:
    """The next day, of the household or the venue; an older visit that comes in late moves nothing back."""
    day = timezone.localdate(visit.visited_at)
    if visit.household_id:
        household = Household.objects.select_for_update().get(pk=visit.household_id)
        if visit.met in MET:
            household.last_visit_on = max(day, household.last_visit_on or day)
            household.save(update_fields=["last_visit_on"])
            CareEvent.objects.filter(household=household, settled_on__isnull=True, on__lte=day).update(
                settled_on=day
            )
        care.reckon(household)
    elif visit.venue_id and visit.purpose == Purpose.INSPECTION:
        _checked(Venue.objects.select_for_update().get(pk=visit.venue_id), visit, day)


def _checked(venue: Venue, visit: Visit, day: date) -> None:
    if venue.last_visit_on and venue.last_visit_on > day:
        return
    failed = visit.results.filter(outcome=Checked.FAILED).exists()
    venue.last_visit_on = day
    if venue.closed_on is None:
        venue.next_visit_on = rhythm.next_check(last=day, failed=failed, calendar=current_calendar())
    venue.save(update_fields=["last_visit_on", "next_visit_on"])


def settle(findings: FindingQuerySet, *, by: User | None) -> int:
    """They are dealt with (their request closed, or somebody says so); how many were open."""
    return findings.open().update(settled_at=clock.now(), settled_by=by)


def reopen(findings: FindingQuerySet) -> int:
    """They are to be dealt with again; how many were settled."""
    return findings.filter(settled_at__isnull=False).update(settled_at=None, settled_by=None)
