"""Shifts: opened by the office or the leader; hours that the leader gives are confirmed by the office."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from partybuilding.access import By
from partybuilding.gatherings.models import Gathering, SignUp
from partybuilding.gatherings.queries import SignUpQuerySet
from partybuilding.gatherings.services import attending, making
from partybuilding.teams.access import keeps, leads, runs
from partybuilding.teams.models import Activity, Shift
from wangguan.refusals import Refused


@transaction.atomic
def open_shift(
    activity: Activity,
    *,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    places: int,
    form_id: UUID,
    by: By,
) -> Shift:
    """One more time of an activity that people may sign up for; the same form again is the same shift.

    Raises:
        Refused: neither keeps nor leads the team, the team is dissolved, or it ends before it begins.
    """
    team = activity.team
    if not runs(by, team):
        raise Refused(_("Only the team's leader and the office make its shifts."))
    if not team.is_standing:
        raise Refused(_("This team is dissolved."))
    gathering = making.make(
        activity.title,
        community=team.community,
        place=place,
        starts_at=starts_at,
        ends_at=ends_at,
        words=activity.words,
        places=places,
        form_id=form_id,
        by=by,
        is_keeper=True,
    )
    return Shift.objects.get_or_create(gathering=gathering, defaults={"activity": activity})[0]


def proposed() -> SignUpQuerySet:
    """Hours that leaders gave and no office has confirmed: whoever acts by phone leaves no name on them."""
    rows = SignUp.objects.attended().filter(gathering__teams_shift__isnull=False)
    return rows.filter(hours__isnull=False, hours_confirmed_by__isnull=True)


@transaction.atomic
def agree(shift: Shift, *, by: By) -> int:
    """The office confirms every proposed hour of a shift; how many people's.

    Raises:
        Refused: not the office that keeps the team.
    """
    if not keeps(by, shift.activity.team.community_id):
        raise Refused(_("Only the office confirms hours."))
    rows = list(proposed().filter(gathering=shift.gathering_id).select_related("gathering"))
    for row in rows:
        attending.mark(row, attended=True, hours=row.hours, by=by)
    return len(rows)


def led_by(by: By, gathering: Gathering) -> bool:
    """Whether this person leads the team whose shift the gathering is; asked by `gatherings.keepers`."""
    if not by.phone_hash:
        return False
    found: Any = Shift.objects.filter(gathering=gathering).select_related("activity__team__leader").first()
    return found is not None and leads(by, found.activity.team)
