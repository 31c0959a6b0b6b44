"""Questions about party organisations. `visible_to` is the only door to them."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from grids.models import today
from partybuilding.access import seen_in
from partybuilding.organisations.terms import GIVING_A_BRANCH, REMIND_BEFORE

if TYPE_CHECKING:
    from grids.models import User
    from partybuilding.organisations.models import Member, Organisation, Project, Term  # noqa: F401


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: "User") -> "OrganisationQuerySet":
        """The street and auditors see all; a community its own and what stands above every community."""
        return self.filter(seen_in(user, street_too=True))

    def standing(self) -> "OrganisationQuerySet":
        """Those that have not been dissolved."""
        return self.filter(dissolved_on__isnull=True)

    def giving_a_branch(self) -> "OrganisationQuerySet":
        """Where one of these stands, there is a branch."""
        return self.standing().filter(kind__in=GIVING_A_BRANCH)

    def for_tree(self, on: date | None = None) -> "OrganisationQuerySet":
        """With what one line of the tree shows: grids, who leads it, how many members. Three queries."""
        from partybuilding.organisations.models import Member, Term

        led = Term.objects.on(on or today()).order_by("seat", "starts_on", "pk")
        members = Count("members", filter=Q(members__in=Member.objects.current()))
        return (
            self.select_related("community", "estate", "project")
            .defer("community__boundary")
            .prefetch_related("grids", Prefetch("terms", led, "leaders"))
            .annotate(member_count=members)
        )


class TermQuerySet(models.QuerySet["Term"]):
    def on(self, day: date) -> "TermQuerySet":
        """Those that run on a day."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)

    def ending(self, day: date) -> "TermQuerySet":
        """Of standing organisations, those that end within three months of `day` and nobody follows."""
        from partybuilding.organisations.models import Term

        next_one = Term.objects.filter(
            organisation=OuterRef("organisation"), seat=OuterRef("seat"), starts_on__gt=OuterRef("starts_on")
        )
        near = self.filter(ends_on__range=(day, day + REMIND_BEFORE), organisation__dissolved_on__isnull=True)
        return near.exclude(Exists(next_one))


class MemberQuerySet(models.QuerySet["Member"]):
    def current(self) -> "MemberQuerySet":
        """Those who have not left their organisation."""
        return self.filter(left_on__isnull=True)


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: "User") -> "ProjectQuerySet":
        """The same door as that of organisations."""
        return self.filter(seen_in(user, street_too=True))

    def running(self) -> "ProjectQuerySet":
        return self.filter(finished_on__isnull=True)

    def for_list(self) -> "ProjectQuerySet":
        """With its community, how many milestones it has, and how many were reached."""
        reached = Count("milestones", filter=Q(milestones__reached_on__isnull=False))
        rows = self.select_related("community").defer("community__boundary")
        return rows.annotate(planned=Count("milestones"), reached=reached)
