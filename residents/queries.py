"""Questions about many rows. `visible_to` is the only door to anything with a name in it."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from residents import access
from wangguan.privacy import keyed_hash
from wangguan.words import storable

if TYPE_CHECKING:
    from grids.models import Grid, User
    from residents.models import (  # noqa: F401  (named in strings ruff does not read)
        CarePlan,
        Dwelling,
        Errand,
        Finding,
        Household,
        Resident,
        RightsRequest,
        Venue,
        Visit,
    )

SHORTEST_TAIL, WHOLE_PHONE = 4, 11


class DwellingQuerySet(models.QuerySet["Dwelling"]):
    def visible_to(self, user: "User") -> "DwellingQuerySet":
        """Dwellings of the grids whose people `user` knows."""
        return self.filter(access.reach(user).of_grid("building__grid"))

    def with_building(self) -> "DwellingQuerySet":
        return self.select_related("building__grid__community").defer(
            "building__grid__boundary", "building__grid__community__boundary"
        )


class HouseholdQuerySet(models.QuerySet["Household"]):
    def visible_to(self, user: "User") -> "HouseholdQuerySet":
        """Households whose people `user` may know: of their grids, and under care for the section."""
        reach = access.reach(user)
        if not reach.care:
            return self.filter(reach.of_grid("dwelling__building__grid"))
        cared_for = Exists(_open_plans().filter(resident__household=OuterRef("pk")))
        return self.filter(reach.of_grid("dwelling__building__grid") | Q(cared_for))

    def here(self) -> "HouseholdQuerySet":
        return self.filter(left_on__isnull=True)

    def in_grid(self, grid: "Grid") -> "HouseholdQuerySet":
        return self.filter(dwelling__building__grid=grid)

    def due(self, on: date) -> "HouseholdQuerySet":
        """To be visited by that day, or before."""
        return self.filter(next_visit_on__lte=on)

    def with_home(self) -> "HouseholdQuerySet":
        """With what an address reads."""
        return self.select_related("dwelling__building__grid__community").defer(
            "dwelling__building__grid__boundary", "dwelling__building__grid__community__boundary"
        )

    def search(self, typed: str) -> "HouseholdQuerySet":
        """By a name, a building and door as people say it, or the last four digits of a phone.

        The caller narrows to what may be seen first: four digits fit five people of the street.
        Nothing typed narrows nothing.
        """
        typed = storable(typed)
        if not typed:
            return self
        if typed.isdigit() and len(typed) in (SHORTEST_TAIL, WHOLE_PHONE):
            return self.filter(_by_digits(typed) | _by_door(typed))
        words = typed.split()
        found = self
        for word in words:
            found = found.filter(_by_name(word) | _by_door(word))
        return found


def _open_plans() -> "CarePlanQuerySet":
    from residents.models import CarePlan

    return CarePlan.objects.open()


def _people(where: Q) -> Q:
    from residents.models import Resident

    return Q(Exists(Resident.objects.filter(where, household=OuterRef("pk"), left_on__isnull=True)))


def _by_digits(typed: str) -> Q:
    column = "phone_tail_hash" if len(typed) == SHORTEST_TAIL else "phone_hash"
    return _people(Q(**{column: keyed_hash(typed)}) & ~Q(phone_hash=""))


def _by_name(word: str) -> Q:
    return _people(Q(name__contains=word))


def _by_door(word: str) -> Q:
    return Q(dwelling__building__address__contains=word) | Q(dwelling__door=word)


class ResidentQuerySet(models.QuerySet["Resident"]):
    def visible_to(self, user: "User") -> "ResidentQuerySet":
        """People whom `user` may know: of their grids; for the livelihood section, those under care."""
        reach = access.reach(user)
        inside = reach.of_grid("household__dwelling__building__grid")
        if not reach.care:
            return self.filter(inside)
        return self.filter(inside | Q(Exists(_open_plans().filter(resident=OuterRef("pk")))))

    def here(self) -> "ResidentQuerySet":
        return self.filter(left_on__isnull=True)

    def of_phone(self, phone: str) -> "ResidentQuerySet":
        return self.filter(phone_hash=keyed_hash(phone)).exclude(phone_hash="")

    def of_id_number(self, number: str) -> "ResidentQuerySet":
        return self.filter(id_hash=keyed_hash(number)).exclude(id_hash="")


class CarePlanQuerySet(models.QuerySet["CarePlan"]):
    def visible_to(self, user: "User") -> "CarePlanQuerySet":
        reach = access.reach(user)
        if reach.care:
            return self.all()
        return self.filter(reach.of_grid("resident__household__dwelling__building__grid"))

    def open(self) -> "CarePlanQuerySet":
        return self.filter(ended_on__isnull=True)


class VenueQuerySet(models.QuerySet["Venue"]):
    def visible_to(self, user: "User") -> "VenueQuerySet":
        return self.filter(access.reach(user).of_grid("grid"))

    def open(self) -> "VenueQuerySet":
        return self.filter(closed_on__isnull=True)

    def due(self, on: date) -> "VenueQuerySet":
        return self.open().filter(next_visit_on__lte=on)


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: "User") -> "VisitQuerySet":
        """Visits of the grids whose people `user` knows today; an ended post takes its visits with it."""
        reach = access.reach(user)
        inside = reach.of_grid("grid")
        if not reach.care:
            return self.filter(inside)
        cared_for = Exists(_open_plans().filter(resident__household=OuterRef("household")))
        return self.filter(inside | Q(cared_for))


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: "User") -> "FindingQuerySet":
        from residents.models import Visit

        return self.filter(visit__in=Visit.objects.visible_to(user))

    def open(self) -> "FindingQuerySet":
        return self.filter(settled_at__isnull=True)


class ErrandQuerySet(models.QuerySet["Errand"]):
    def visible_to(self, user: "User") -> "ErrandQuerySet":
        return self.filter(access.reach(user).of_grid("household__dwelling__building__grid"))

    def open(self) -> "ErrandQuerySet":
        return self.filter(state__in=["asked", "taken", "done"])

    def over(self) -> "ErrandQuerySet":
        return self.filter(state__in=["handed_over", "cancelled"])


class RightsRequestQuerySet(models.QuerySet["RightsRequest"]):
    def visible_to(self, user: "User") -> "RightsRequestQuerySet":
        """Those of people whom `user` knows; only the community answers (`access.may_answer_rights`)."""
        return self.filter(access.reach(user).of_grid("resident__household__dwelling__building__grid"))

    def open(self) -> "RightsRequestQuerySet":
        return self.filter(state="open")

    def with_person(self) -> "RightsRequestQuerySet":
        """With what a row and its page read of the person and the home."""
        home = "resident__household__dwelling__building__grid"
        shown = self.select_related(f"{home}__community", "taken_by", "answered_by")
        return shown.defer(f"{home}__boundary", f"{home}__community__boundary")
