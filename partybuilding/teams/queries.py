"""Questions about teams, volunteers and call-outs. `visible_to` is the office's only door."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, DecimalField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from grids.models import today
from partybuilding.access import seen_in
from partybuilding.gatherings.workflow import TAKING
from partybuilding.gatherings.workflow import State as SigningUp
from partybuilding.teams.terms import COMING, Answer
from partybuilding.teams.workflow import Stage, State
from wangguan import clock

if TYPE_CHECKING:
    from grids.models import User
    from partybuilding.teams.models import Called, CallOut, Membership, Shift, Team, Volunteer  # noqa: F401

_HOURS = DecimalField(max_digits=8, decimal_places=1)
_NONE = Value(Decimal(0), output_field=_HOURS)


@dataclass(frozen=True)
class Area:
    """Whom a call-out calls: keys of communities, grids and teams, any of which is enough; and skills.

    A team is called where its community, or a grid it stands ready for, is called.
    """

    communities: Collection[int] = ()
    grids: Collection[int] = ()
    teams: Collection[int] = ()
    skills: Collection[str] = ()

    def __bool__(self) -> bool:
        return bool(self.communities or self.grids or self.teams)


class VolunteerQuerySet(models.QuerySet["Volunteer"]):
    def visible_to(self, user: "User") -> "VolunteerQuerySet":
        """The street and auditors see all, a community its own."""
        return self.filter(seen_in(user))

    def confirmed(self) -> "VolunteerQuerySet":
        return self.filter(state=State.CONFIRMED)

    def standing(self) -> "VolunteerQuerySet":
        """Those who have not left."""
        return self.exclude(state=State.LEFT)

    def in_area(self, area: Area) -> "VolunteerQuerySet":
        """Confirmed volunteers whom a call-out to this area reaches, each once."""
        from partybuilding.teams.models import Membership

        teams = Q(team__in=area.teams) | Q(team__community__in=area.communities)
        teams |= Q(team__grids__in=area.grids)
        by_team = Membership.objects.current().filter(teams).values("volunteer")
        place = Q(community__in=area.communities) | Q(grid__in=area.grids) | Q(pk__in=by_team)
        found = self.confirmed().filter(place)
        return found.filter(skills__overlap=list(area.skills)) if area.skills else found

    def with_hours(self, since: date | None = None, until: date | None = None) -> "VolunteerQuerySet":
        """With confirmed hours (`hours`) of shifts and of call-outs, of days within these, both included."""
        from partybuilding.gatherings.models import SignUp
        from partybuilding.teams.models import Called

        shifts = SignUp.objects.filter(
            phone_hash=OuterRef("phone_hash"),
            gathering__teams_shift__isnull=False,
            hours_confirmed_by__isnull=False,
        )
        calls = Called.objects.filter(volunteer__phone_hash=OuterRef("phone_hash"))
        of_shifts = _sum(_between(shifts, "gathering__starts_at", since, until), "phone_hash")
        of_calls = _sum(_between(calls, "call__starts_at", since, until), "volunteer__phone_hash")
        return self.annotate(hours=of_shifts + of_calls)


def _between(rows: models.QuerySet, column: str, since: date | None, until: date | None) -> models.QuerySet:
    if since:
        rows = rows.filter(**{f"{column}__date__gte": since})
    return rows.filter(**{f"{column}__date__lte": until}) if until else rows


def _sum(rows: models.QuerySet, same: str) -> Coalesce:
    """Hours of rows of one phone, as a part of a larger query."""
    one = rows.order_by().values(same).annotate(all_hours=Sum("hours")).values("all_hours")
    return Coalesce(Subquery(one, output_field=_HOURS), _NONE, output_field=_HOURS)


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, user: "User") -> "TeamQuerySet":
        """A community also reads the street's teams."""
        return self.filter(seen_in(user, street_too=True))

    def standing(self) -> "TeamQuerySet":
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=today()))

    def with_counts(self) -> "TeamQuerySet":
        """With how many volunteers are in it."""
        return self.annotate(people=Count("memberships", filter=Q(memberships__until__isnull=True)))


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> "MembershipQuerySet":
        """Of teams that stand, those that have not ended."""
        standing = Q(team__ended_on__isnull=True) | Q(team__ended_on__gt=today())
        return self.filter(standing, until__isnull=True)


class ShiftQuerySet(models.QuerySet["Shift"]):
    def ahead(self) -> "ShiftQuerySet":
        """Not over and not called off, the next first."""
        rows = self.filter(gathering__ends_at__gt=clock.now(), gathering__called_off_at__isnull=True)
        return rows.order_by("gathering__starts_at", "pk")

    def with_taken(self) -> "ShiftQuerySet":
        """With how many places are taken, and how many people wait."""
        state = "gathering__sign_ups__state"
        taken = Count("gathering__sign_ups", filter=Q(**{f"{state}__in": TAKING}))
        waiting = Count("gathering__sign_ups", filter=Q(**{state: SigningUp.WAITING}))
        return self.annotate(taken=taken, waiting=waiting)

    def over(self) -> "ShiftQuerySet":
        """The last first."""
        return self.filter(gathering__ends_at__lte=clock.now()).order_by("-gathering__starts_at", "-pk")


class CallOutQuerySet(models.QuerySet["CallOut"]):
    def visible_to(self, user: "User") -> "CallOutQuerySet":
        """A community also reads the street's call-outs: its own volunteers are called by them."""
        return self.filter(seen_in(user, street_too=True))

    def running(self) -> "CallOutQuerySet":
        return self.exclude(stage=Stage.ENDED)

    def with_counts(self) -> "CallOutQuerySet":
        """With how many were called (`told`) and how many come."""
        coming = Count("called", filter=Q(called__answer__in=COMING))
        return self.annotate(told=Count("called"), coming=coming)


class CalledQuerySet(models.QuerySet["Called"]):
    def of_phone(self, phone_hash: str) -> "CalledQuerySet":
        return self.filter(volunteer__phone_hash=phone_hash)

    def coming(self) -> "CalledQuerySet":
        return self.filter(answer__in=COMING)

    def counts(self) -> dict[str, int]:
        """How many of these gave each answer; nobody is 0. One query."""
        found = dict(self.order_by().values_list("answer").annotate(Count("pk")))
        return {answer: found.get(answer, 0) for answer in Answer.values}

    def latest_change(self) -> int:
        """Grows with every answer: each counts its own row's `version` up. One query."""
        return int(self.aggregate(sum=Coalesce(Sum(F("version")), 0))["sum"])
