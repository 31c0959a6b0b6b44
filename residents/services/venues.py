"""Entering, correcting, closing and reopening venues."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from grids.models import Grid, User, today
from residents import access, rhythm
from residents.models import Venue
from residents.services.record import ChangedMeanwhile
from wangguan.refusals import Refused
from wangguan.workdays import current_calendar


def check_may_write(actor: User, grid: Grid) -> None:
    """Raises: Refused: the grid's venues are not this person's."""
    if not access.may_write(actor, grid):
        raise Refused(_("This venue is in another unit's care."))


def add(*, actor: User, grid: Grid, **fields: Any) -> Venue:
    """A venue, due for its first check within `rhythm.FIRST_CHECK_WITHIN`.

    Raises:
        Refused: not this person's grid, or it is in the register already.
    """
    check_may_write(actor, grid)
    first = rhythm.first_check(since=today(), calendar=current_calendar())
    try:
        with transaction.atomic():
            return Venue.objects.create(grid=grid, next_visit_on=first, **fields)
    except IntegrityError as error:
        raise _is_there_already() from error


def correct(venue: Venue, *, actor: User, version: int, **fields: Any) -> None:
    """Change fields, if nobody else changed the venue since `version`.

    Raises:
        ChangedMeanwhile: somebody did; nothing was written.
        Refused: neither the old nor the new grid may be another unit's; or there is such a venue already.
    """
    check_may_write(actor, venue.grid)
    if "grid" in fields:
        check_may_write(actor, fields["grid"])
    _write(venue, version, fields)


def close(venue: Venue, *, actor: User, version: int) -> None:
    """It is shut for good; it stays on record and is checked no more.

    Raises:
        ChangedMeanwhile: somebody else changed it first.
        Refused: not this person's grid.
    """
    check_may_write(actor, venue.grid)
    if venue.closed_on is None:
        _write(venue, version, {"closed_on": today(), "next_visit_on": None})


def reopen(venue: Venue, *, actor: User, version: int) -> None:
    """It trades again and is due for a check as a new one is.

    Raises:
        ChangedMeanwhile: somebody else changed it first.
        Refused: not this person's grid, or its place was entered anew.
    """
    check_may_write(actor, venue.grid)
    if venue.closed_on is not None:
        first = rhythm.first_check(since=today(), calendar=current_calendar())
        _write(venue, version, {"closed_on": None, "next_visit_on": first})


def _write(venue: Venue, version: int, fields: dict[str, Any]) -> None:
    rows = Venue.objects.filter(pk=venue.pk, version=version)
    try:
        with transaction.atomic():
            moved = rows.update(version=F("version") + 1, **fields)
    except IntegrityError as error:
        raise _is_there_already() from error
    if not moved:
        raise ChangedMeanwhile
    for name, value in fields.items():
        setattr(venue, name, value)
    venue.version = version + 1


def _is_there_already() -> Refused:
    return Refused(_("A venue of this name and address is in the register already."), field="name")
