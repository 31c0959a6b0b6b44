"""Retention: what has grown old is made anonymous, a batch at a time, and the run says what it did.

Two ages, both the street's (`Policy`): of visits and what was written with them, and of people who moved
away or died. What somebody still waits for stays: an open finding (its request runs), an open care
plan, an errand under way, an unanswered request about one's own data. A batch is one short
transaction over rows that nobody else holds, so a run that stops, or a second one, harms nothing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from grids.models import today
from residents.models import (
    CareEvent,
    CarePlan,
    Errand,
    Finding,
    Household,
    ImportRun,
    Patrol,
    PersonalExport,
    Policy,
    RegisterEntry,
    Resident,
    RetentionRun,
    RightsRequest,
    Visit,
    VisitPhoto,
)
from residents.services import anonymise
from residents.terms import ExportState
from wangguan import clock

logger = logging.getLogger(__name__)

BATCH = 500
MOST_BATCHES = 40
"""Of one kind in one run; the next night goes on."""
IMPORTS_KEPT = timedelta(days=30)
REPORTED = ("visits", "residents", "households", "errands", "photos", "exports")


@dataclass(frozen=True)
class Ages:
    """What happened before these days is old."""

    visits_before: date
    moved_before: date

    @classmethod
    def by(cls, policy: Policy, on: date) -> "Ages":
        return cls(_years_before(on, policy.visit_years), _years_before(on, policy.moved_years))

    @property
    def visits_until(self) -> datetime:
        """The first moment of the day, in the street's time zone."""
        return timezone.make_aware(datetime.combine(self.visits_before, time.min))


def _years_before(day: date, years: int) -> date:
    """The same day of an earlier year; of 29 February, the 28th."""
    year = day.year - years
    return day.replace(year=year, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=year)


@dataclass(frozen=True)
class Step:
    """One kind of row: which are old enough, and what is emptied in a batch of them.

    Attributes:
        erase: takes the batch's keys inside its transaction; what it returns is counted as visits.
    """

    name: str
    old: Callable[[Ages], QuerySet[Any]]
    erase: Callable[[list[int]], object]


def run() -> RetentionRun:
    """Make anonymous what is old by today's rules, remove files that have had their time, and report it."""
    ages = Ages.by(Policy.current(), today())
    done = {step.name: _empty(step, ages) for step in STEPS}
    done |= {"photos": _remove_photos(), "exports": expire_exports(), "imports": _remove_imports()}
    logger.info("retention", extra={"done": done})
    return RetentionRun.objects.create(
        **{name: done[name] for name in REPORTED},
        visits_before=ages.visits_before,
        moved_before=ages.moved_before,
    )


def planned() -> dict[str, int]:
    """What a run now would find, by kind; nothing is written."""
    ages = Ages.by(Policy.current(), today())
    found = {step.name: step.old(ages).count() for step in STEPS}
    going = Q(visit__in=_old_visits(ages)) | Q(visit__anonymised_at__isnull=False)
    found["photos"] = VisitPhoto.objects.filter(going).count()
    found["exports"] = _expired().count()
    found["imports"] = _old_imports().count()
    return found


def _empty(step: Step, ages: Ages) -> int:
    done = 0
    for _turn in range(MOST_BATCHES):
        with transaction.atomic():
            rows = step.old(ages).order_by("pk")
            held = rows.select_for_update(of=("self",), skip_locked=True, no_key=True)
            keys = list(held.values_list("pk", flat=True)[:BATCH])
            step.erase(keys)
        done += len(keys)
        if len(keys) < BATCH:
            break
    return done


# --- what is old -------------------------------------------------------------------------
def _old_visits(ages: Ages) -> QuerySet[Visit]:
    aged = Visit.objects.filter(visited_at__lt=ages.visits_until, anonymised_at__isnull=True)
    return aged.exclude(Exists(Finding.objects.open().filter(visit=OuterRef("pk"))))


def waiting_for(person: str = "pk", household: str = "household") -> Q:
    """Somebody for whom something is still open, by the paths of person and home.

    A finding of a visit to the whole home may be theirs.
    """
    theirs = Q(visit__resident=OuterRef(person)) | Q(
        visit__resident__isnull=True, visit__household=OuterRef(household)
    )
    return (
        Q(Exists(CarePlan.objects.open().filter(resident=OuterRef(person))))
        | Q(Exists(Finding.objects.open().filter(theirs)))
        | Q(Exists(Errand.objects.open().filter(resident=OuterRef(person))))
        | Q(Exists(RightsRequest.objects.open().filter(resident=OuterRef(person))))
    )


def _gone_people(ages: Ages) -> QuerySet[Resident]:
    gone = Resident.objects.filter(left_on__lt=ages.moved_before, anonymised_at__isnull=True)
    return gone.exclude(waiting_for())


def _gone_households(ages: Ages) -> QuerySet[Household]:
    """Those who lived there are anonymous, and something of them still stands there."""
    here = OuterRef("pk")
    nobodys = Q(resident__isnull=True) | Q(resident__anonymised_at__isnull=False)
    left = Household.objects.filter(left_on__lt=ages.moved_before)
    left = left.exclude(Exists(Resident.objects.filter(household=here, anonymised_at__isnull=True)))
    left = left.exclude(Exists(Finding.objects.open().filter(visit__household=here)))
    left = left.exclude(Exists(Errand.objects.open().filter(household=here)))
    return left.filter(
        Q(Exists(Visit.objects.filter(nobodys, household=here)))
        | Q(Exists(Errand.objects.filter(nobodys, _worded, household=here)))
        | Q(Exists(CareEvent.objects.filter(household=here)))
        | Q(Exists(RegisterEntry.objects.filter(nobodys, household=here).exclude(changes="")))
    )


_worded = ~Q(words="") | ~Q(signature="") | ~Q(cancelled_why="")


def _old_errands(ages: Ages) -> QuerySet[Errand]:
    return Errand.objects.over().filter(_worded, asked_at__lt=ages.visits_until)


def _old_plans(ages: Ages) -> QuerySet[CarePlan]:
    return CarePlan.objects.filter(ended_on__lt=ages.visits_before).exclude(group="")


def _old_events(ages: Ages) -> QuerySet[CareEvent]:
    return CareEvent.objects.filter(settled_on__lt=ages.visits_before)


def _old_patrols(ages: Ages) -> QuerySet[Patrol]:
    return Patrol.objects.filter(~Q(note="") | ~Q(track=""), ended_at__lt=ages.visits_until)


def _old_answers(ages: Ages) -> QuerySet[RightsRequest]:
    return RightsRequest.objects.filter(~Q(words="") | ~Q(answer=""), answered_at__lt=ages.visits_until)


def _people(keys: list[int]) -> int:
    return anonymise.people(list(Resident.objects.filter(pk__in=keys)))


def _blank(keys: list[int]) -> int:
    return RightsRequest.objects.filter(pk__in=keys).update(words="", answer="")


STEPS = (
    Step("visits", _old_visits, anonymise.visits),
    Step("residents", _gone_people, _people),
    Step("households", _gone_households, anonymise.households),
    Step("errands", _old_errands, anonymise.errands),
    Step("plans", _old_plans, anonymise.plans),
    Step("events", _old_events, lambda keys: CareEvent.objects.filter(pk__in=keys).delete()),
    Step("patrols", _old_patrols, lambda keys: Patrol.objects.filter(pk__in=keys).update(note="", track="")),
    Step("rights", _old_answers, _blank),
)


# --- files that have had their time ------------------------------------------------------
def _remove_photos() -> int:
    """Pictures of anonymous visits, however they became so."""
    removed = 0
    for _turn in range(MOST_BATCHES):
        batch = anonymise.photos(BATCH)
        removed += batch
        if batch < BATCH:
            break
    return removed


def _expired() -> QuerySet[PersonalExport]:
    return PersonalExport.objects.filter(state=ExportState.READY, expires_at__lte=clock.now())


def expire_exports() -> int:
    """Exports whose hours are over: nobody fetches them any more, their files are removed; how many."""
    expired = _expired().update(state=ExportState.EXPIRED)
    _remove_files(PersonalExport.objects.filter(state=ExportState.EXPIRED))
    return expired


def _old_imports() -> QuerySet[ImportRun]:
    return ImportRun.objects.filter(uploaded_at__lt=clock.now() - IMPORTS_KEPT).exclude(file="")


def _remove_imports() -> int:
    return _remove_files(_old_imports())


def _remove_files(rows: QuerySet[Any]) -> int:
    """Files first, then the word of where they were: a run that stops in between begins again."""
    kept = list(rows.exclude(file="").order_by("pk")[:BATCH])
    for row in kept:
        row.file.storage.delete(row.file.name)
        type(row)._default_manager.filter(pk=row.pk).update(file="")
    return len(kept)
