"""A team's people, its leader, its activities, and words of thanks."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from grids.models import today
from partybuilding.access import By
from partybuilding.teams.access import keeps, runs
from partybuilding.teams.models import Activity, Membership, Team, Thanks, Volunteer
from wangguan import journal
from wangguan.refusals import Refused


@transaction.atomic
def add(team: Team, volunteers: Iterable[Volunteer], *, by: By) -> int:
    """Put confirmed volunteers into a team; how many were not in it before.

    Raises:
        Refused: not this office's team, or the team is dissolved.
    """
    _check(team, by)
    known = set(team.memberships.filter(until=None).values_list("volunteer", flat=True))
    fresh = [person for person in volunteers if person.is_confirmed and person.pk not in known]
    Membership.objects.bulk_create(
        [Membership(team=team, volunteer=person) for person in fresh], ignore_conflicts=True
    )
    if fresh:
        journal.note(by.user, [team], journal.CHANGE, f"{Membership._meta.verbose_name}: +{len(fresh)}")
    return len(fresh)


@transaction.atomic
def remove(membership: Membership, *, by: By) -> None:
    """A volunteer is no more in the team; whoever led it leads it no more.

    Raises:
        Refused: not this office's team.
    """
    team = membership.team
    _check(team, by)
    Membership.objects.filter(pk=membership.pk, until=None).update(until=today())
    Team.objects.filter(pk=team.pk, leader=membership.volunteer_id).update(leader=None)
    journal.note(by.user, [team], journal.CHANGE, f"{Membership._meta.verbose_name}: -1")


@transaction.atomic
def appoint(team: Team, leader: Volunteer, *, by: By) -> None:
    """One of the team's volunteers leads it from now on.

    Raises:
        Refused: not this office's team, or not in the team.
    """
    _check(team, by)
    if not team.memberships.filter(volunteer=leader, until=None).exists():
        raise Refused(_("Only somebody of the team can lead it."), field="leader")
    Team.objects.filter(pk=team.pk).update(leader=leader)
    team.leader = leader
    journal.note(by.user, [team], journal.CHANGE, f"{Team._meta.get_field('leader').verbose_name}: {leader}")


@transaction.atomic
def thank(team: Team, *, words: str, volunteer: Volunteer | None, form_id: UUID, by: By) -> Thanks:
    """Thank the team, or one of its volunteers, on its public page; the same form again is once.

    Raises:
        Refused: not this office's team, or somebody who never was in it.
    """
    _check(team, by)
    if volunteer and not team.memberships.filter(volunteer=volunteer).exists():
        raise Refused(_("This volunteer was never in the team."), field="volunteer")
    told = {"team": team, "words": words, "volunteer": volunteer, "made_by": by.user}
    row, is_new = Thanks.objects.get_or_create(form_id=form_id, defaults=told)
    if is_new:
        journal.note(by.user, [team], journal.CHANGE, str(Thanks._meta.verbose_name))
    return row


def begin(team: Team, *, title: str, words: str, kind: str, form_id: UUID, by: By) -> Activity:
    """The office or the leader enters an activity; the same form again is the same activity.

    Raises:
        Refused: neither keeps nor leads the team, or the team is dissolved.
    """
    if not runs(by, team):
        raise Refused(_("Only the team's leader and the office make its shifts."))
    if not team.is_standing:
        raise Refused(_("This team is dissolved."))
    told = {"team": team, "title": title, "words": words, "kind": kind, "made_by": by.user}
    row, _new = Activity.objects.get_or_create(form_id=form_id, defaults=told)
    return row


def _check(team: Team, by: By) -> None:
    if not keeps(by, team.community_id):
        raise Refused(_("Only the office that keeps the team does this."))
    if not team.is_standing:
        raise Refused(_("This team is dissolved."))
