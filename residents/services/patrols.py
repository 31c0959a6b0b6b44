"""A round through the grid: started and ended by the one who walks it, once each."""

import json
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.models import Grid, User
from residents import access
from residents.models import Patrol, Policy
from wangguan import clock
from wangguan.refusals import Refused
from wangguan.words import storable


def start(grid: Grid, *, actor: User, submission_id: UUID, at: datetime | None = None) -> Patrol:
    """Set out, or find the round that this person is on already: nobody walks two at once.

    Raises:
        Refused: the grid is another unit's.
    """
    same = Patrol.objects.filter(submission_id=submission_id, by=actor)
    if running := (same | Patrol.objects.open_of(actor)).first():
        return running
    if not access.may_write(actor, grid):
        raise Refused(_("This grid is in another unit's care."), field="grid")
    try:
        with transaction.atomic():
            return Patrol.objects.create(
                grid=grid, by=actor, submission_id=submission_id, started_at=at or clock.now()
            )
    except IntegrityError:  # two taps at once: the other one was first
        if running := (same | Patrol.objects.open_of(actor)).first():
            return running
        raise


def end(
    patrol: Patrol, *, at: datetime | None = None, note: str = "", track: list[list[float]] | None = None
) -> bool:
    """Come home; False when it had ended before. A track is kept only while the street's rules let it."""
    kept = json.dumps(track) if track and Policy.current().tracks else ""
    ended_at = max(at or clock.now(), patrol.started_at)
    changed = Patrol.objects.filter(pk=patrol.pk, ended_at__isnull=True).update(
        ended_at=ended_at, note=storable(note), track=kept
    )
    return bool(changed)
