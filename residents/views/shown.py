"""Rows of the visits' pages, ready to be shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from grids.doors import may_enter_homes
from grids.models import User
from residents import access, due
from residents.models import Household, Patrol, Venue, Visit
from residents.terms import Purpose
from residents.views.dues import Due, visit_due

NEAR = 10
"""Distances are told in steps of so many metres: that is what the position allows."""


@dataclass(frozen=True)
class Row:
    """A home, a venue or a visit in a list. `tags` name care groups: they never leave the page."""

    title: str
    url: str
    icon: str = "door-open"
    due: Due | None = None
    tags: Sequence[str] = field(default=(), repr=False)
    facts: Sequence[str | Promise] = ()


def _day(day: date) -> str:
    return date_format(day, _("M j"))


def homes(found: Sequence[Household], user: User) -> list[Row]:
    """Rows that lead to the form of a visit, for those who may write one; to the household for the others."""
    groups, reach = due.groups_of(found, user), access.reach(user)
    return [
        Row(
            title=home.address,
            url=log_address(home)
            if reach.covers(home.dwelling.grid)
            else reverse("worker_household", args=[home.pk]),
            due=visit_due(home.next_visit_on),
            tags=groups.get(home.pk, []),
            facts=list(_facts(home)),
        )
        for home in found
    ]


def _facts(home: Household) -> Iterable[str]:
    metres = getattr(home, "metres", None)
    if metres is not None:
        steps = max(NEAR, round(metres / NEAR) * NEAR)
        yield _("about %(metres)d m from here") % {"metres": steps}
    if home.last_visit_on:
        yield _("Last visited on %(day)s") % {"day": _day(home.last_visit_on)}
    else:
        yield _("Not visited yet")


def venues(found: Sequence[Venue]) -> list[Row]:
    """Rows that lead to the checklist: only a check by it moves the next day on."""
    return [
        Row(
            title=venue.name,
            url=reverse("worker_venue_check", args=[venue.pk]),
            icon="store",
            due=visit_due(venue.next_visit_on),
            facts=[venue.address, venue.get_kind_display()],
        )
        for venue in found
    ]


def visits(found: Sequence[Visit]) -> list[Row]:
    return [
        Row(
            title=visit.place,
            url=address_of(visit),
            icon=icon_of(visit),
            facts=[_day_of(visit), visit.get_purpose_display(), *_outcome(visit), str(visit.by)],
        )
        for visit in found
    ]


def _outcome(visit: Visit) -> Iterable[str]:
    if not visit.patrol_id:
        yield visit.get_met_display()


def _day_of(visit: Visit) -> str:
    return _day(timezone.localdate(visit.visited_at))


def address_of(visit: Visit) -> str:
    """Its page; a safety check has one with its points and the slip."""
    if visit.venue_id and visit.purpose == Purpose.INSPECTION:
        return reverse("worker_check", args=[visit.venue_id, visit.pk])
    return visit.get_absolute_url()


def icon_of(visit: Visit) -> str:
    return "footprints" if visit.patrol_id else "store" if visit.venue_id else "door-open"


def log_address(aim: Household | Venue | Patrol) -> str:
    """The form of a visit to it, or of a note on the way."""
    return f"{reverse('worker_visit_new')}?{aim._meta.model_name}={aim.pk}"


# --- for other pages ---------------------------------------------------------------------
def first_few(user: User, most: int) -> tuple[list[Row], str]:
    """The homes that need a visit most, and how many are due in all; nothing for those without names."""
    if not access.reach(user):
        return [], ""
    all_due = due.homes_due(user)
    found = list(due.ranked(all_due).with_home().order_by(*due.BY_NEED)[: most + 1])
    number = len(found) if len(found) <= most else due.count(all_due)
    return homes(found[:most], user), due.spoken(number)


def to_keep(user: User, most: int) -> list[str]:
    """Addresses that a phone keeps for places without signal: the list, a form for each of the first homes,
    and the round that is on; no household's card, since it names people."""
    if not may_enter_homes(user):
        return []
    kept = [reverse("worker_visits")]
    reach = access.reach(user)
    if not reach:
        return kept
    first = due.ranked(due.homes_due(user)).with_home().order_by(*due.BY_NEED)[:most]
    kept += [log_address(home) for home in first if reach.covers(home.dwelling.grid)]
    if running := Patrol.objects.open_of(user).first():
        kept += [reverse("worker_patrol"), log_address(running)]
    return kept
